import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupAnswer } from '../../main/requests/backups.ts';
import type { RestoreAnswer } from '../../main/requests/restores.ts';
import type { TenantsAnswer } from '../../main/requests/tenants.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { tenants, type BenchCluster, type Shop } from './benchCluster.ts';
import { measured, type MeasuredRun } from './measure.ts';

const launcher = join(import.meta.dirname, '../../bin/strongroom.mjs');

export interface BackupRun {
  /** From the start of the program until the backup exists locally, and the program has ended. */
  seconds: number;
  /** Of these, the reading back of what was written. */
  proofSeconds: number;
  peakBytes: number;
  storedBytes: number;
  plainBytes: number;
  id: string;
}

export interface RestoreRun {
  /** From the start of the program until every row has been compared. */
  seconds: number;
  /** What comes after: statistics for the planner, the name, the log. */
  analyzeSeconds: number;
  peakBytes: number;
}

/** A state folder of its own with one local store and the two shops as sources, worked by the built command line. */
export class Product {
  readonly dir: string;
  readonly home: string;
  private readonly signal: AbortSignal;

  private constructor(dir: string, signal: AbortSignal) {
    this.dir = dir;
    this.home = join(dir, 'home');
    this.signal = signal;
  }

  static async setUp(parent: string, cluster: BenchCluster, signal: AbortSignal): Promise<Product> {
    const product = new Product(await mkdtemp(join(parent, 'product-')), signal);
    await product.run(['init']);
    await product.run(['store', 'add', 'local', '--kind', 'local', '--path', join(product.dir, 'store')]);
    for (const shop of ['shop', 'small'] satisfies Shop[]) {
      const url = `postgresql://${cluster.user}@127.0.0.1:${cluster.port}/${shop}`;
      await product.run(['source', 'add', shop, '--url', url, '--password-stdin'], `${cluster.password}\n`);
    }
    return product;
  }

  async backup(shop: Shop): Promise<BackupRun> {
    const run = await this.run(['backup', 'full', shop]);
    const { id } = JSON.parse(run.stdout) as BackupAnswer;
    const shown = await this.run(['show', id]);
    const { manifest } = JSON.parse(shown.stdout) as { manifest: Manifest };
    return {
      seconds: run.seconds,
      proofSeconds: manifest.proof.seconds,
      peakBytes: run.peakBytes,
      storedBytes: manifest.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      plainBytes: manifest.objects.reduce((sum, object) => sum + object.plainBytes, 0),
      id,
    };
  }

  /** Says how the tenants of the shop are told apart, so that they can be backed up. */
  async nameTenants(shop: Shop, { tenantLogin, password }: BenchCluster): Promise<void> {
    await this.run(['source', 'password', shop, '--for', 'tenant', '--password-stdin'], `${password}\n`);
    const model = ['--tenant-table', 'shop.tenants', '--tenant-id', 'id', '--tenant-name', 'name'];
    const chosenBy = ['--tenant-user', tenantLogin, '--tenant-setting', 'app.current_tenant'];
    await this.run(['source', 'tenants', shop, ...model, ...chosenBy]);
    await this.run(['source', 'tenants', shop, '--confirm-all-shared']);
  }

  /** From the start of the program until the backup of every tenant exists locally. */
  async backUpTenants(shop: Shop): Promise<MeasuredRun> {
    const run = await this.run(['backup', 'tenant', shop, '--all-tenants']);
    const { backups } = JSON.parse(run.stdout) as TenantsAnswer;
    if (backups.length !== tenants) throw new Error(`${backups.length} of ${tenants} tenants were backed up`);
    return run;
  }

  async restore(shop: Shop, into: string): Promise<RestoreRun> {
    const run = await this.run(['restore', 'latest', '--source', shop, '--into', into, '--progress', 'json']);
    const { status } = JSON.parse(run.stdout) as RestoreAnswer;
    if (status !== 'COMPLETED') throw new Error(`the restored database was not verified: ${status}`);
    const verified = run.lines.find(({ text }) => text.startsWith('{"stage":"analyzing"'))?.seconds;
    if (verified === undefined) throw new Error('the restore did not say when its verification was done');
    return { seconds: verified, analyzeSeconds: run.seconds - verified, peakBytes: run.peakBytes };
  }

  run(args: readonly string[], stdin = ''): Promise<MeasuredRun> {
    return measured(
      { program: process.execPath, args: [launcher, ...args, '--json', '--home', this.home], stdin },
      this.signal,
    );
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
