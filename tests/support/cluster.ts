import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './freePort.ts';
import { descendantsOf } from './processes.ts';

const stopSignals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const startTimeoutMs = 60_000;
const execute = promisify(execFile);

const idOf = (kind: '-u' | '-g') => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
/** The server refuses to be root, so root lends it the account that came with the package. */
const account: { uid?: number; gid?: number } = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};

export interface ClusterOptions {
  /** A folder that does not exist yet or is empty; a temporary one when not given. */
  dir?: string;
  /** Lines for postgresql.conf. */
  settings?: Record<string, string>;
  /** Where initdb and postgres are; the newest under /usr/lib/postgresql when not given. */
  binDir?: string;
  /** Where psql and pg_dump are; beside the server when not given. */
  clientDir?: string;
  /** Of the server, such as its LANGUAGE. */
  environment?: Record<string, string>;
}

/** Makes a cluster and starts it. It ends with this process at the latest. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const dir = options.dir ?? mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'cluster-'));
  const binDir = options.binDir ?? newestServer();
  const cluster = new Cluster(dir, binDir, options.clientDir ?? binDir, options.environment ?? {}, await freePort());
  await cluster.create(options.settings ?? {});
  await cluster.start();
  return cluster;
}

/** A real PostgreSQL server, in a folder and on a port of its own, that asks everybody for a password. */
export class Cluster {
  readonly host = '127.0.0.1';
  readonly user = 'postgres';
  readonly password = 'correct horse@battery/staple';
  readonly port: number;
  /** Holds the data folder, the socket and the log. */
  readonly dir: string;
  readonly dataDir: string;
  readonly logFile: string;
  readonly binDir: string;
  readonly clientDir: string;
  private readonly serverEnvironment: Record<string, string>;
  private server: ChildProcess | undefined;

  constructor(dir: string, binDir: string, clientDir: string, serverEnvironment: Record<string, string>, port: number) {
    this.dir = dir;
    this.dataDir = join(dir, 'data');
    this.logFile = join(dir, 'server.log');
    this.binDir = binDir;
    this.clientDir = clientDir;
    this.serverEnvironment = serverEnvironment;
    this.port = port;
  }

  async create(settings: Record<string, string>): Promise<void> {
    const passwordFile = join(this.dir, 'superuser-password');
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(passwordFile, this.password);
    if (account.uid !== undefined && account.gid !== undefined)
      for (const path of [this.dir, passwordFile]) chownSync(path, account.uid, account.gid);
    const options = ['-D', this.dataDir, '-U', this.user, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    await execute(join(this.binDir, 'initdb'), [...options, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], {
      ...account,
      cwd: this.dir,
    });
    this.configure({
      port: String(this.port),
      listen_addresses: this.host,
      unix_socket_directories: this.dir,
      // Nothing here outlives the tests, and they wait for every commit.
      fsync: 'off',
      timezone: 'UTC',
      ...settings,
    });
  }

  /** Adds to postgresql.conf, where the last line wins; the server reads it at its next start. */
  configure(settings: Record<string, string>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    appendFileSync(join(this.dataDir, 'postgresql.conf'), lines.join(''));
  }

  async start(): Promise<void> {
    const log = openSync(this.logFile, 'a');
    const server = spawn(join(this.binDir, 'postgres'), ['-D', this.dataDir], {
      ...account,
      cwd: this.dir,
      env: { ...process.env, ...this.serverEnvironment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.server = server;
    process.on('exit', this.endWithUs);
    for (const deadline = Date.now() + startTimeoutMs; !this.isReady(server.pid); await sleep(20))
      if (!this.isRunning || Date.now() > deadline) {
        await this.stop('immediate');
        throw new Error(`PostgreSQL did not start in ${this.dir}:\n${readFileSync(this.logFile, 'utf8')}`);
      }
  }

  /** Of a server that runs, `fast` when not said: sessions are ended, everything is written. */
  async stop(mode: keyof typeof stopSignals = 'fast'): Promise<void> {
    await this.end((server) => server.kill(stopSignals[mode]));
  }

  /** The server dies as in a power cut, with every process of it. */
  async kill9(): Promise<void> {
    await this.end((server) => {
      if (server.pid === undefined) return;
      // Held still, it neither starts nor buries a child meanwhile.
      server.kill('SIGSTOP');
      for (const pid of descendantsOf(server.pid)) process.kill(pid, 'SIGKILL');
      server.kill('SIGKILL');
    });
  }

  /** Stops it if it runs and starts it on the same port, with more settings if any are given. */
  async restart(settings: Record<string, string> = {}): Promise<void> {
    await this.stop();
    this.configure(settings);
    await this.start();
  }

  /** Stops it without care and removes its folder. */
  async remove(): Promise<void> {
    await this.stop('immediate');
    rmSync(this.dir, { recursive: true });
  }

  url(database = 'postgres'): string {
    return `postgresql://${this.user}:${encodeURIComponent(this.password)}@${this.host}:${this.port}/${database}`;
  }

  /**
   * Runs SQL as the superuser, statement by statement and up to the first error.
   * @returns the rows as psql prints them: `|` between columns, no header.
   */
  async psql(database: string, sql: string): Promise<string> {
    const options = ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
    const psql = execute(join(this.clientDir, 'psql'), options, {
      env: { ...process.env, ...this.environment(database) },
      maxBuffer: 64 * 1024 * 1024,
    });
    psql.child.stdin?.end(sql);
    return (await psql).stdout.trimEnd();
  }

  /** What libpq needs to come in as the superuser. */
  environment(database = 'postgres'): Record<string, string> {
    const { host, port, user, password } = this;
    return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
  }

  async createDatabase(name: string): Promise<void> {
    await this.psql('postgres', `CREATE DATABASE ${quoted(name)};`);
  }

  /** Throws its sessions out first. */
  async dropDatabase(name: string): Promise<void> {
    await this.psql('postgres', `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE);`);
  }

  get isRunning(): boolean {
    return this.server?.exitCode === null && this.server.signalCode === null;
  }

  private readonly endWithUs = () => this.server?.kill('SIGQUIT');

  private async end(kill: (server: ChildProcess) => void): Promise<void> {
    const server = this.server;
    if (!server) return;
    if (this.isRunning) {
      const exited = new Promise((resolve) => server.once('exit', resolve));
      kill(server);
      await exited;
    }
    this.server = undefined;
    process.off('exit', this.endWithUs);
  }

  /** The server says so itself, in the last line of its pid file. */
  private isReady(pid: number | undefined): boolean {
    const file = join(this.dataDir, 'postmaster.pid');
    if (!existsSync(file)) return false;
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
  }
}

const quoted = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;

function newestServer(): string {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error('there is no PostgreSQL under /usr/lib/postgresql: run "npm test"');
  return join('/usr/lib/postgresql', newest, 'bin');
}
