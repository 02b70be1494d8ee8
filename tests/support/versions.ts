import { chmodSync, cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestType } from '@playwright/test';
import { startCluster, type Cluster, type ClusterOptions } from './cluster.ts';

/** What `scripts/testVersions.mjs` installs. */
const installed = join(import.meta.dirname, '../versions');
const ofMachine = (major: number) => join('/usr/lib/postgresql', String(major), 'bin');
const ofPackage = (major: number) => join(installed, 'node_modules', `postgres-${major}`, 'native');
/** Of the majors that the machine itself may lack. */
const clientMajors = [17, 18];

/** A folder with pg_dump, pg_restore, pg_dumpall and psql of this major. */
export function clientPrograms(major: number): string {
  const own = ofMachine(major);
  return existsSync(join(own, 'pg_dump')) ? own : join(installed, 'clients', String(major));
}

/**
 * Skips a file's tests, with the reason, on a machine that cannot have these versions. Where a change is judged (CI) they
 * have to be there: a file that is not run there would be missed by nobody.
 */
export function need(test: TestType<object, object>, wanted: { servers?: number[]; clients?: number[] }): void {
  const servers = (wanted.servers ?? []).filter((major) => !hasServer(major));
  const clients = (wanted.clients ?? []).filter((major) => !hasClients(major));
  const lacking = [
    ...servers.map((major) => `a server ${major}`),
    ...clients.map((major) => `client programs ${major}`),
  ];
  const reason = `this machine lacks ${lacking.join(' and ')} of PostgreSQL (node scripts/setup.mjs test brings them)`;
  if (lacking.length > 0 && process.env.CI) throw new Error(reason);
  test.skip(lacking.length > 0, reason);
}

/** A server of this major, beside which the lowest client programs stand that can dump it. */
export async function startServer(major: number, options: ClusterOptions = {}): Promise<Cluster> {
  const clientDir = clientPrograms([15, ...clientMajors].find((one) => one >= major) ?? major);
  return startCluster({ binDir: serverPrograms(major), clientDir, ...options });
}

/** While `work` runs, whoever looks for client programs also finds the newer ones, as on a machine that has them. */
export async function withClientPrograms<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env.PATH;
  process.env.PATH = [...clientMajors.map(clientPrograms), before].join(delimiter);
  try {
    return await work();
  } finally {
    process.env.PATH = before;
  }
}

const hasClients = (major: number) => existsSync(join(clientPrograms(major), 'pg_dump'));
const hasServer = (major: number) =>
  existsSync(join(ofMachine(major), 'postgres')) || existsSync(join(ofPackage(major), 'bin/postgres'));

/** A copy where the account of the server can enter, which may be kept from the folder of the checkout. */
function serverPrograms(major: number): string {
  const own = ofMachine(major);
  if (existsSync(join(own, 'postgres'))) return own;
  const copy = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), `server-${major}-`));
  chmodSync(copy, 0o755);
  cpSync(ofPackage(major), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}
