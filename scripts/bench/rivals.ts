import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchCluster } from './benchCluster.ts';
import { measured, type Command, type MeasuredRun } from './measure.ts';

const rawDumpArgs = ['--format=custom', '--compress=0'];

/** What we are compared with. Every method measures one run of it on the database `shop`. */
export class Rivals {
  private readonly dir: string;
  private readonly cluster: BenchCluster;
  private readonly signal: AbortSignal;

  constructor(dir: string, cluster: BenchCluster, signal: AbortSignal) {
    this.dir = dir;
    this.cluster = cluster;
    this.signal = signal;
  }

  /** `pg_dump -Fc -Z0 >/dev/null` */
  rawDump(): Promise<MeasuredRun> {
    return this.run({ program: this.cluster.tool('pg_dump'), args: rawDumpArgs, stdout: 'drop' });
  }

  /** pg_dump, gzip and Fernet one after the other, each of them whole in memory. */
  oldWay(): Promise<MeasuredRun> {
    const script = fileURLToPath(new URL('./oldWay.ts', import.meta.url));
    return this.inFolder((dir) =>
      this.run({
        program: process.execPath,
        args: [script, this.cluster.tool('pg_dump'), join(dir, 'backup.dump.gz.enc')],
      }),
    );
  }

  /** The raw dump piped into restic, which cuts, compresses and encrypts it into a new repository. */
  restic(): Promise<MeasuredRun> {
    return this.inFolder(async (dir) => {
      await writeFile(join(dir, 'password'), 'bench', { mode: 0o600 });
      const env = {
        RESTIC_REPOSITORY: join(dir, 'repository'),
        RESTIC_PASSWORD_FILE: join(dir, 'password'),
        RESTIC_CACHE_DIR: join(dir, 'cache'),
      };
      await this.run({ program: 'restic', args: ['init', '--quiet'], env });
      return this.run({ ...this.piped('restic backup --quiet --stdin --stdin-filename shop.dump'), env });
    });
  }

  /** Bytes of the raw dump and, when asked for, of the same through `zstd -3`. */
  async sizes(alsoZstd: boolean): Promise<{ rawBytes: number; zstdBytes: number | null }> {
    const count = async (filter: string) => Number((await this.run(this.piped(filter))).stdout);
    return { rawBytes: await count('wc -c'), zstdBytes: alsoZstd ? await count('zstd -q -3 | wc -c') : null };
  }

  /** Writes the raw dump that `plainRestore` reads. */
  async dumpTo(path: string): Promise<void> {
    await this.run({ program: this.cluster.tool('pg_dump'), args: [...rawDumpArgs, '-f', path] });
  }

  /** `createdb` and `pg_restore -j2` of a raw dump. */
  async plainRestore(path: string, into: string, args: readonly string[] = []): Promise<number> {
    const create = await this.run({ program: this.cluster.tool('createdb'), args: ['-T', 'template0', into] });
    const restore = await this.run({
      program: this.cluster.tool('pg_restore'),
      args: ['-j2', ...args, '-d', into, path],
    });
    return create.seconds + restore.seconds;
  }

  private piped(filter: string): Command {
    return {
      program: 'bash',
      args: ['-o', 'pipefail', '-c', `"$@" | ${filter}`, 'bash', this.cluster.tool('pg_dump'), ...rawDumpArgs],
    };
  }

  private run(command: Command): Promise<MeasuredRun> {
    return measured({ ...command, env: { ...this.cluster.environment('shop'), ...command.env } }, this.signal);
  }

  private async inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
    const dir = await mkdtemp(join(this.dir, 'rival-'));
    try {
      return await work(dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}
