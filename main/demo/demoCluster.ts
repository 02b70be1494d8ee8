import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';

/** A PostgreSQL cluster of our own, in a folder of its own, on a free port of this machine only. */
export interface DemoCluster {
  port: number;
  superuser: string;
  dir: string;
  /** Stops it at once; what it holds is not needed any more. */
  stop(): Promise<void>;
}

const superuser = 'postgres';

/** Who runs the server: PostgreSQL refuses to run as root, so then it is the user `postgres`. */
type RunAs = { uid: number; gid: number } | Record<string, never>;

/**
 * @param dir an existing folder that every user may enter.
 * @throws TOOL_MISSING without the programs of a PostgreSQL server.
 */
export async function startDemoCluster(dir: string, password: string): Promise<DemoCluster> {
  const bin = await serverPrograms();
  const runAs = serverUser();
  const data = join(dir, 'data');
  const passwordFile = join(dir, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (runAs.uid !== undefined && runAs.gid !== undefined)
    for (const path of [dir, data, passwordFile]) await chown(path, runAs.uid, runAs.gid);
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', superuser, '-E', 'UTF8', '--locale=C.UTF-8', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
    runAs,
  );
  const port = await freePort();
  await appendFile(
    join(data, 'postgresql.conf'),
    `\nlisten_addresses = '127.0.0.1'\nport = ${port}\nunix_socket_directories = ''\n`,
  );
  return startServer(dir, port);
}

/** Starts the server of a cluster that was made earlier. @throws TOOL_MISSING, TOOL_FAILED */
export async function startDemoClusterAgain(dir: string, port: number): Promise<DemoCluster> {
  // What a server that was killed has left, or a computer that went off.
  await rm(join(dir, 'data', 'postmaster.pid'), { force: true });
  return startServer(dir, port);
}

async function startServer(dir: string, port: number): Promise<DemoCluster> {
  const runAs = serverUser();
  const data = join(dir, 'data');
  const pgCtl = join(await serverPrograms(), 'pg_ctl');
  await run(pgCtl, ['-D', data, '-l', join(dir, 'server.log'), '-w', 'start'], runAs);
  return {
    port,
    superuser,
    dir,
    stop: () => run(pgCtl, ['-D', data, '-m', 'immediate', '-w', 'stop'], runAs),
  };
}

async function serverPrograms(): Promise<string> {
  const places = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/Library/PostgreSQL', 'C:\\Program Files\\PostgreSQL'];
  const found: string[] = [];
  for (const place of places) {
    const versions = await readdir(place).catch(() => [] as string[]); // most of the places are not on this system
    for (const version of versions) found.push(join(place, version, 'bin'));
  }
  const program = process.platform === 'win32' ? 'initdb.exe' : 'initdb';
  const bin = found
    .filter((dir) => existsSync(join(dir, program)))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
  if (bin) return bin;
  throw new Failure(
    'TOOL_MISSING',
    'the demo needs the programs of a PostgreSQL server, and there are none',
    'Install them (Debian: apt install postgresql), then start the demo again.',
  );
}

function serverUser(): RunAs {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((option) =>
    Number(spawnSync('id', [option, 'postgres'], { encoding: 'utf8' }).stdout),
  );
  if (uid && gid) return { uid, gid };
  throw new Failure(
    'TOOL_MISSING',
    'PostgreSQL does not run as root, and there is no user postgres',
    'Start the demo as another user, or install the PostgreSQL server of the system, which makes the user.',
  );
}

function run(program: string, args: string[], runAs: RunAs): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...runAs, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', reject);
    // Not "close": a server that was started keeps the pipe open.
    child.once('exit', (status) => {
      child.stderr.destroy();
      if (status === 0) resolve();
      else
        reject(
          new Failure(
            'TOOL_FAILED',
            `${program} failed: ${said.trim().split('\n').at(-1) ?? ''}`,
            'The details hold what it said.',
            {
              details: { args, stderr: said },
            },
          ),
        );
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
