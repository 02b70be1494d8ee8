import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Connection } from '../../shared/source.ts';
import { startOwnCluster, startOwnClusterAgain, type OwnCluster } from '../postgres/ownCluster.ts';
import { fillShop } from '../demo/shop.ts';
import { withClient } from '../postgres/connect.ts';
import type { Console } from './console.ts';

/** Where the demo shop of this state folder lives; kept as a preference. */
const placeSchema = z.object({ dir: z.string(), port: z.number() });
const preference = 'demoShop';

/** About 250 MB. */
const scale = 0.8;

/** The embedded shop with which the console can be tried: a PostgreSQL cluster that runs as long as the console does. */
export class DemoShop {
  private readonly console: Console;
  private cluster: OwnCluster | null = null;

  constructor(console: Console) {
    this.console = console;
  }

  get state(): 'none' | 'running' | 'stopped' {
    if (this.cluster) return 'running';
    return this.place() ? 'stopped' : 'none';
  }

  /** Makes the cluster and fills the shop. Nothing is left of it when that fails. @throws DEMO_EXISTS, TOOL_MISSING, CANCELLED */
  async make(job: Job): Promise<{ connection: Connection; password: string; storePath: string }> {
    if (this.state !== 'none')
      throw new Failure('DEMO_EXISTS', 'the demo shop is here already', 'Remove it under Settings to begin anew.');
    job.stage('starting a PostgreSQL cluster');
    const dir = await this.makeFolder();
    try {
      const password = randomBytes(16).toString('hex');
      const cluster = await startOwnCluster(dir, password);
      this.cluster = cluster;
      const { port, superuser: user } = cluster;
      const connection: Connection = { host: '127.0.0.1', port, user, database: 'shop', sslmode: 'disable' };
      const login = { connection, password, passfile: undefined };
      await withClient(login, (client) => client.query('CREATE DATABASE shop'), 'postgres');
      job.signal.throwIfAborted();
      job.stage('filling a jewellery shop with twelve tenants');
      await withClient(login, (client) => {
        job.signal.addEventListener('abort', () => void client.end(), { once: true });
        return fillShop(client, scale);
      });
      job.signal.throwIfAborted();
      this.console.preferences.set(preference, { dir, port });
      return { connection, password, storePath: join(this.console.home.dir, 'demo-store') };
    } catch (error) {
      await this.stop();
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts it again with the console. A shop that does not come up any more is only stopped. */
  async resume(): Promise<void> {
    const place = this.place();
    if (!place || this.cluster || !existsSync(place.dir)) return;
    this.cluster = await startOwnClusterAgain(place.dir, place.port);
  }

  async stop(): Promise<void> {
    const cluster = this.cluster;
    this.cluster = null;
    await cluster?.stop();
  }

  /** @throws DEMO_NOT_FOUND */
  async remove(): Promise<void> {
    const place = this.place();
    if (!place) throw new Failure('DEMO_NOT_FOUND', 'there is no demo shop here', 'Nothing has to be removed.');
    await this.stop();
    await rm(place.dir, { recursive: true, force: true });
    await rm(join(this.console.home.dir, 'demo-store'), { recursive: true, force: true });
    this.console.preferences.set(preference, null);
  }

  private place(): z.infer<typeof placeSchema> | null {
    return this.console.preferences.get(preference, placeSchema.nullable(), null);
  }

  /** PostgreSQL does not run as root, and another user cannot enter our state folder. */
  private async makeFolder(): Promise<string> {
    if (process.getuid?.() !== 0) {
      const dir = join(this.console.home.dir, 'demo-cluster');
      await mkdir(dir, { recursive: true, mode: 0o700 });
      return dir;
    }
    const dir = await mkdtemp(join(tmpdir(), 'strongroom-kept-shop-'));
    await chmod(dir, 0o755);
    return dir;
  }
}
