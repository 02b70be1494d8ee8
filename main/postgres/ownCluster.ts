import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';

/** A PostgreSQL cluster of our own, in a folder of its own, on a free port of this machine only. */
export interface OwnCluster {
  port: number;
  superuser: string;
  dir: string;
  /** Stops it at once; what it holds is not needed any more. */
  stop(): Promise<void>;
}

const superuser = 'postgres';

/** Who runs the server: PostgreSQL refuses to run as root, so then it is the user `postgres`. */
type RunAs = { uid: number; gid: number } | Record<string, never>;

interface OwnClusterOptions {
  /** Only programs of this version; null takes the newest. */
  major?: number | null;
  /** Called when the cluster is there and its server not started yet. */
  made?: () => void;
}

/**
 * Its server listens on a free port of 127.0.0.1 and on no socket in the file system, so no other one can be met.
 * @param dir an existing folder that every user may enter.
 * @throws TOOL_MISSING without the programs of a PostgreSQL server.
 */
export async function startOwnCluster(
  dir: string,
  password: string,
  { major = null, made = () => undefined }: OwnClusterOptions = {},
): Promise<OwnCluster> {
  const bin = await serverPrograms(major);
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
  made();
  return startServer(dir, port, bin);
}

/**
 * Stops the server of a cluster whose owner is gone, if it still runs: only a process counts that was started on this
 * very folder, because its number may be another one's by now.
 */
export async function stopOrphan(dir: string): Promise<void> {
  const data = join(dir, 'data');
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 0) || !commandOf(pid).includes(data)) return;
  await run(join(await serverPrograms(null), 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], serverUser());
}

/** The command line of a process; empty when there is none. */
function commandOf(pid: number): string {
  if (process.platform === 'linux')
    return existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
  if (process.platform !== 'win32')
    return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  const asked = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
  return spawnSync('powershell', ['-NoProfile', '-Command', asked], { encoding: 'utf8' }).stdout ?? '';
}

/** Starts the server of a cluster that was made earlier. @throws TOOL_MISSING, TOOL_FAILED */
export async function startOwnClusterAgain(dir: string, port: number): Promise<OwnCluster> {
  // What a server that was killed has left, or a computer that went off.
  await rm(join(dir, 'data', 'postmaster.pid'), { force: true });
  return startServer(dir, port, await serverPrograms(null));
}

async function startServer(dir: string, port: number, bin: string): Promise<OwnCluster> {
  const runAs = serverUser();
  const data = join(dir, 'data');
  const pgCtl = join(bin, 'pg_ctl');
  await run(pgCtl, ['-D', data, '-l', join(dir, 'server.log'), '-w', 'start'], runAs);
  return {
    port,
    superuser,
    dir,
    stop: () => run(pgCtl, ['-D', data, '-m', 'immediate', '-w', 'stop'], runAs),
  };
}

/** The newest ones, or those of one version. @throws TOOL_MISSING */
async function serverPrograms(major: number | null): Promise<string> {
  const places = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/Library/PostgreSQL', 'C:\\Program Files\\PostgreSQL'];
  const found: string[] = [];
  for (const place of places) {
    const versions = await readdir(place).catch(() => [] as string[]); // most of the places are not on this system
    for (const version of versions) found.push(join(place, version, 'bin'));
  }
  const program = process.platform === 'win32' ? 'initdb.exe' : 'initdb';
  const bin = found
    .filter((dir) => existsSync(join(dir, program)))
    .filter((dir) => major === null || majorOf(join(dir, program)) === major)
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
  if (bin) return bin;
  throw new Failure(
    'TOOL_MISSING',
    `the programs of a PostgreSQL server${major === null ? '' : ` of version ${major}`} are not on this machine`,
    `Install them (Debian: apt install postgresql${major === null ? '' : `-${major}`}), then start again.`,
  );
}

function majorOf(program: string): number {
  const said = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  return Number(/\(PostgreSQL\) (\d+)/.exec(said)?.[1] ?? NaN);
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
    'Start this as another user, or install the PostgreSQL server of the system, which makes the user.',
  );
}

function run(program: string, args: string[], runAs: RunAs): Promise<void> {
  return new Promise((resolve, reject) => {
    // Ctrl-C in a terminal goes to whoever started this, who ends it in order.
    const detached = process.platform !== 'win32';
    const child = spawn(program, args, { ...runAs, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', detached });
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
