import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startOwnCluster } from '../../main/postgres/ownCluster.ts';
import { fillShop } from '../../main/demo/shop.ts';
import { findClientTools, toolPath, type ToolName } from '../../main/postgres/clientTools.ts';
import { withClient } from '../../main/postgres/connect.ts';

/** What a kept cluster is remembered by. */
interface Remembered {
  port: number;
  password: string;
  scale: number;
  /** Absent where a tenant of its own size was not there yet. */
  oneSmaller?: boolean;
}

export type Shop = 'shop' | 'small';

/** A PostgreSQL cluster with the shop twice: once in full, once with a tenth of its rows. */
export interface BenchCluster {
  port: number;
  user: string;
  password: string;
  /** Sees one tenant; it has the same password. */
  tenantLogin: string;
  version: string;
  tool(name: ToolName | 'createdb'): string;
  /** What libpq's programs need to enter a database as the superuser. */
  environment(database: string): Record<string, string>;
  /** Runs statements one by one in the maintenance database. */
  run(...statements: string[]): Promise<void>;
  close(): Promise<void>;
}

const password = 'bench';
const user = 'postgres';
/** Of each shop. */
export const tenants = 50;
/** This one has about 1% of the rows; each of the others has 2%. */
export const smallTenant = 7;
/** The login whom its row-level security shows one of them. */
const tenantLogin = 'bench_tenant';

const everyOther = `SELECT id FROM shop.sales WHERE tenant_id = ${smallTenant} AND id / ${tenants} % 2 = 0`;
/** Takes about half of its rows away; what is left refers to what is left. */
const makeSmaller = [
  'SET session_replication_role = replica',
  `DELETE FROM shop.sale_items WHERE sale_id IN (${everyOther})`,
  `DELETE FROM shop.payments WHERE sale_id IN (${everyOther})`,
  `DELETE FROM shop.sales WHERE id IN (${everyOther})`,
  ...['audit_log', 'events'].map(
    (table) => `DELETE FROM shop.${table} WHERE tenant_id = ${smallTenant} AND id / ${tenants} % 3 > 0`,
  ),
  'REFRESH MATERIALIZED VIEW shop.sales_by_month',
  'VACUUM ANALYZE',
];

/**
 * @param dir is made, filled and later found again when `keep` is set; else it is removed by `close`.
 * @throws Error when the cluster that is there was filled at another scale, or the folder holds something else.
 */
export async function openBenchCluster(
  dir: string,
  scale: number,
  keep: boolean,
  say: (line: string) => void,
): Promise<BenchCluster> {
  const tools = (await findClientTools(null))[0];
  if (!tools) throw new Error('there are no PostgreSQL client programs');
  const memory = join(dir, 'bench.json');
  const started = existsSync(memory) ? await startAgain(dir, memory, tools.dir, scale) : await makeAnew(dir);
  const { port, stop } = started;
  const login = (database: string) => ({
    connection: { host: '127.0.0.1', port, user, database, sslmode: 'disable' as const },
    password,
    passfile: undefined,
  });
  const run = (...statements: string[]) =>
    withClient(login('postgres'), async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  try {
    if (!existsSync(memory)) {
      const sizes = { shop: scale, small: scale / 10 } satisfies Record<Shop, number>;
      for (const [name, size] of Object.entries(sizes)) {
        say(`filling a database at scale ${size} (a minute for every 3)`);
        await run(`CREATE DATABASE ${name}`);
        await withClient(login(name), async (client) => {
          await fillShop(client, size, tenants);
          for (const statement of makeSmaller) await client.query(statement);
        });
      }
      await run(`CREATE ROLE ${tenantLogin} LOGIN PASSWORD '${password}'`, `GRANT pg_read_all_data TO ${tenantLogin}`);
      await run('CHECKPOINT');
      await writeFile(memory, JSON.stringify({ port, password, scale, oneSmaller: true } satisfies Remembered));
    }
  } catch (error) {
    await stop();
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  return {
    port,
    user,
    password,
    tenantLogin,
    version: tools.version,
    tool: (name) => (name === 'createdb' ? join(tools.dir, name) : toolPath(tools, name)),
    environment: (database) => ({
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
    }),
    run,
    async close() {
      if (keep) await run('CHECKPOINT');
      await stop();
      if (!keep) await rm(dir, { recursive: true, force: true });
    },
  };
}

/** @throws EEXIST for a folder that is there already: what lies in it is not ours to remove. */
async function makeAnew(dir: string) {
  await mkdir(dirname(dir), { recursive: true });
  await mkdir(dir);
  await chmod(dir, 0o755);
  return startOwnCluster(dir, password);
}

/** Starts a kept cluster, as whoever owns its files. */
async function startAgain(dir: string, memory: string, bin: string, scale: number) {
  const known = JSON.parse(await readFile(memory, 'utf8')) as Remembered;
  if (!known.oneSmaller) throw new Error(`the cluster in ${dir} is of an earlier version: remove it`);
  if (known.scale !== scale) throw new Error(`the cluster in ${dir} is filled at scale ${known.scale}, not ${scale}`);
  const data = join(dir, 'data');
  const { uid, gid } = await stat(data);
  const control = (...args: string[]) => {
    const { status } = spawnSync(join(bin, 'pg_ctl'), ['-D', data, '-w', ...args], {
      uid,
      gid,
      cwd: '/',
      stdio: 'ignore',
    });
    if (status !== 0) throw new Error(`pg_ctl ${args.at(-1)} failed in ${dir}: see server.log there`);
  };
  control('-l', join(dir, 'server.log'), 'start');
  return { port: known.port, stop: async () => control('-m', 'fast', 'stop') };
}
