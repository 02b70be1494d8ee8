import fc from 'fast-check';
import type { Cluster } from './cluster.ts';

/*
 * Multi-tenant schemas at random, and what may befall their rows. Row n of tenant t has the id 100 t + n in every table
 * and refers to rows of the same tenant only: whose a row is can be told by its id, without columns, keys or policies.
 */

export const tenants = [1, 2, 3];
const rowsPerTenant = 12;

export interface RandomTable {
  /** Its rows belong to a tenant by a column of their own; otherwise by the parent. */
  ownColumn: boolean;
  /** A foreign key leads from that column to the tenants; otherwise only its name tells. */
  ownKey: boolean;
  /** The table, by its place among those before, to which a foreign key leads that is never null. */
  parent: number;
  /** What becomes of a row whose parent is deleted. */
  onDelete: 'NO ACTION' | 'RESTRICT' | 'CASCADE';
  /** Another one that may be null; its own place is a self-reference. */
  friend: number;
  onFriendDelete: 'NO ACTION' | 'SET NULL';
  deferrable: boolean;
  /** Its key, and every foreign key to it, has two columns. */
  composite: boolean;
  partitions: 'none' | 'hash' | 'range' | 'list' | 'range of lists';
  unique: boolean;
  generated: boolean;
  identityAlways: boolean;
  /** Refers to a table that all tenants share. */
  colour: boolean;
  policy: 'condition' | 'function' | 'restrictive' | 'for everybody and for one role';
  force: boolean;
}

export interface RandomSchema {
  tables: RandomTable[];
  /** A foreign key that closes a circle of tables: from the first to the last; null: there is none. */
  circle: 'deferrable' | 'strict' | null;
}

export interface RandomDamage {
  table: number;
  work: 'delete' | 'change' | 'insert' | 'exchange' | 'move';
  tenant: number;
  every: number;
}

export const schemas = fc.record<RandomSchema>({
  tables: fc.array(
    fc.record<RandomTable>({
      ownColumn: fc.boolean(),
      ownKey: fc.boolean(),
      parent: fc.nat(5),
      onDelete: fc.constantFrom('NO ACTION', 'RESTRICT', 'CASCADE'),
      friend: fc.nat(5),
      onFriendDelete: fc.constantFrom('NO ACTION', 'SET NULL'),
      deferrable: fc.boolean(),
      composite: fc.boolean(),
      partitions: fc.constantFrom('none', 'hash', 'range', 'list', 'range of lists'),
      unique: fc.boolean(),
      generated: fc.boolean(),
      identityAlways: fc.boolean(),
      colour: fc.boolean(),
      policy: fc.constantFrom('condition', 'function', 'restrictive', 'for everybody and for one role'),
      force: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  circle: fc.constantFrom(null, 'deferrable', 'strict'),
});

export const damages = fc.array(
  fc.record<RandomDamage>({
    table: fc.nat(4),
    work: fc.constantFrom('delete', 'change', 'insert', 'exchange', 'move'),
    tenant: fc.constantFrom(...tenants),
    every: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 8 },
);

/**
 * As many runs as one asks for (STRONGROOM_TEST_RUNS), else a few. What failed is tried again by the seed and the path
 * that it has told (STRONGROOM_TEST_SEED='seed path'); a smaller example is only looked for where one asks
 * (STRONGROOM_TEST_SHRINK=1), because each try makes databases.
 */
export function runs(few: number): fc.Parameters<unknown> {
  const { STRONGROOM_TEST_RUNS: many, STRONGROOM_TEST_SEED, STRONGROOM_TEST_SHRINK: shrink } = process.env;
  const [seed, path] = STRONGROOM_TEST_SEED?.split(' ') ?? [];
  return {
    numRuns: many === undefined ? few : Number(many),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
    endOnFailure: shrink === undefined,
    includeErrorInReport: true,
  };
}

/** The login that the policies apply to, the owner of the tables, and one that is in the place of the owner for merges. */
export const roles = { tenant: 'random_tenant', owner: 'random_owner', restorer: 'random_restorer' };
export const setting = 'app.tenant';

/** A fixture of a worker: these roles are there while its tests run. */
export async function randomRoles(
  { cluster }: { cluster: Cluster },
  use: (nothing: void) => Promise<void>,
): Promise<void> {
  const { tenant, owner, restorer } = roles;
  await cluster.psql(
    'postgres',
    `CREATE ROLE ${owner};
     CREATE ROLE ${tenant} LOGIN PASSWORD '${tenant}'; GRANT pg_read_all_data TO ${tenant};
     CREATE ROLE ${restorer} LOGIN BYPASSRLS PASSWORD '${restorer}';
     GRANT pg_read_all_data, pg_write_all_data, ${owner} TO ${restorer};`,
  );
  await use();
  await cluster.psql('postgres', `DROP ROLE ${owner}, ${tenant}, ${restorer};`);
}

const place = ({ parent }: RandomTable, index: number) => (index === 0 ? null : parent % index);
const isOwn = (table: RandomTable, index: number) => table.ownColumn || index === 0;
/** A table that is divided by the second column of its key has one. */
const hasPart = ({ composite, partitions }: RandomTable) =>
  composite || partitions === 'list' || partitions === 'range of lists';
const keyOf = (table: RandomTable, prefix = '') =>
  hasPart(table) ? [`${prefix}part`, `${prefix}id`] : [`${prefix}id`];
/** The values that name the row of this id. */
const keyValues = (table: RandomTable, id: string) => (hasPart(table) ? [`(${id}) % 3`, id] : [id]);

/** Makes the tables with their rows and policies, for a superuser. */
export function schemaSql({ tables, circle }: RandomSchema): string {
  const statements = [
    'CREATE TABLE tenants (id int PRIMARY KEY, name text)',
    `INSERT INTO tenants VALUES ${tenants.map((id) => `(${id}, 'shop ${id}')`).join(', ')}`,
    'CREATE TABLE colours (name text PRIMARY KEY)',
    `INSERT INTO colours VALUES ('red'), ('blue')`,
    ...secure('tenants', `id = current_setting('${setting}')::int`, tables[0]!),
  ];
  for (const [index, table] of tables.entries())
    statements.push(...tableSql(tables, index), rowsSql(tables, index, allTenants), ...policySql(tables, index, table));
  const last = tables.length - 1;
  if (circle !== null && last > 0) {
    const own = keyOf(tables[last]!, 'last_');
    statements.push(
      `ALTER TABLE t0 ${own.map((name) => `ADD ${name} int`).join(', ')},
         ADD FOREIGN KEY (${own.join(', ')}) REFERENCES t${last}${circle === 'deferrable' ? ' DEFERRABLE' : ''}`,
      `UPDATE t0 SET (${own.join(', ')}) = ROW(${keyValues(tables[last]!, 'id').join(', ')}) WHERE id % 2 = 0`,
    );
  }
  return `${statements.join(';\n')};`;
}

const allTenants = `unnest(ARRAY[${tenants.join(', ')}]) t, generate_series(1, ${rowsPerTenant}) n`;

function tableSql(tables: readonly RandomTable[], index: number): string[] {
  const table = tables[index]!;
  const parent = place(table, index);
  const friend = table.friend % (index + 1);
  const whole = table.partitions === 'none';
  const columns = [
    whole ? `id int GENERATED ${table.identityAlways ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY` : 'id int NOT NULL',
    ...(hasPart(table) ? ['part int NOT NULL'] : []),
    'code text',
    'body text',
    'price numeric',
    'at timestamptz',
    'extra jsonb',
    `PRIMARY KEY (${keyOf(table).join(', ')})`,
  ];
  const defer = table.deferrable ? ' DEFERRABLE' : '';
  const reference = (to: number, prefix: string, rest: string) => {
    const own = keyOf(tables[to]!, prefix);
    columns.push(...own.map((name) => `${name} int${prefix === 'parent_' ? ' NOT NULL' : ''}`));
    columns.push(`FOREIGN KEY (${own.join(', ')}) REFERENCES t${to} ${rest}${defer}`);
  };
  if (isOwn(table, index)) columns.push(`tenant_id int NOT NULL${table.ownKey ? ' REFERENCES tenants' : ''}`);
  if (parent !== null) reference(parent, 'parent_', `ON DELETE ${table.onDelete}`);
  reference(friend, 'friend_', `ON DELETE ${table.onFriendDelete}`);
  if (table.colour) columns.push('colour text REFERENCES colours');
  if (table.generated) columns.push('twice int GENERATED ALWAYS AS (length(body) * 2) STORED');
  if (table.unique && whole) columns.push('UNIQUE (code)');
  const by = { none: '', hash: 'HASH (id)', range: 'RANGE (id)', list: 'LIST (part)', 'range of lists': 'RANGE (id)' };
  const divided = whole ? '' : ` PARTITION BY ${by[table.partitions]}`;
  return [`CREATE TABLE t${index} (${columns.join(', ')})${divided}`, ...partitionSql(table, index)];
}

function partitionSql({ partitions }: RandomTable, index: number): string[] {
  const part = (name: string, of: string, values: string) => `CREATE TABLE ${name} PARTITION OF ${of} ${values}`;
  const t = `t${index}`;
  switch (partitions) {
    case 'none':
      return [];
    case 'hash':
      return [0, 1].map((n) => part(`${t}_${n}`, t, `FOR VALUES WITH (MODULUS 2, REMAINDER ${n})`));
    case 'range':
      return [part(`${t}_0`, t, 'FOR VALUES FROM (0) TO (205)'), part(`${t}_1`, t, 'DEFAULT')];
    case 'list':
      return [part(`${t}_0`, t, 'FOR VALUES IN (0, 2)'), part(`${t}_1`, t, 'FOR VALUES IN (1)')];
    case 'range of lists':
      return [
        part(`${t}_0`, t, 'FOR VALUES FROM (0) TO (208) PARTITION BY LIST (part)'),
        part(`${t}_0_0`, `${t}_0`, 'FOR VALUES IN (1)'),
        part(`${t}_0_1`, `${t}_0`, 'DEFAULT'),
        part(`${t}_1`, t, 'DEFAULT'),
      ];
  }
}

/** Rows n of tenants t. */
function rowsSql(tables: readonly RandomTable[], index: number, from: string, more = ''): string {
  const table = tables[index]!;
  const parent = place(table, index);
  const friend = tables[table.friend % (index + 1)]!;
  const id = 't * 100 + n';
  const values: [string, string][] = [
    ...keyOf(table).map((name, at): [string, string] => [name, keyValues(table, id)[at]!]),
    ['code', `'c' || ${id}`],
    ['body', `repeat('x', n)`],
    ['price', '(n * 7)::numeric / 4'],
    ['at', `timestamptz '2026-03-29 00:30+00' + n * interval '1 hour'`],
    ['extra', `jsonb_build_object('n', n, 'quoted', E'tab\\t"\\\\')`],
    ...keyOf(friend, 'friend_').map((name, at): [string, string] => [
      name,
      `CASE WHEN n % 3 = 0 AND n <= ${rowsPerTenant} THEN ${keyValues(friend, `t * 100 + 1 + n / 2`)[at]!} END`,
    ]),
  ];
  if (isOwn(table, index)) values.push(['tenant_id', 't']);
  if (parent !== null)
    for (const [at, name] of keyOf(tables[parent]!, 'parent_').entries())
      values.push([name, keyValues(tables[parent]!, `t * 100 + 1 + (n * 7) % ${rowsPerTenant}`)[at]!]);
  if (table.colour) values.push(['colour', `CASE n % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'blue' END`]);
  return `INSERT INTO t${index} (${values.map(([name]) => name).join(', ')}) OVERRIDING SYSTEM VALUE
    SELECT ${values.map(([, value]) => value).join(', ')} FROM ${from} ORDER BY t, n${more}`;
}

/** Every partition is read by itself, so each has what its whole has. */
function policySql(tables: readonly RandomTable[], index: number, table: RandomTable): string[] {
  const parts = partitionSql(table, index).map((statement) => statement.split(' ')[2]!);
  const parent = place(table, index);
  const own = isOwn(table, index);
  const statements: string[] = [];
  const key = keyOf(table);
  if (table.policy === 'function')
    statements.push(
      own
        ? `CREATE FUNCTION owns_t${index}(int) RETURNS boolean STABLE LANGUAGE sql AS $$ SELECT $1 = current_setting('${setting}')::int $$`
        : `CREATE FUNCTION owns_t${index}(int) RETURNS boolean STABLE SECURITY DEFINER LANGUAGE sql
             AS $$ SELECT $1 / 100 = current_setting('${setting}')::int $$`,
    );
  for (const name of [`t${index}`, ...parts]) {
    const above =
      parent === null
        ? ''
        : keyOf(tables[parent]!)
            .map((column) => `p.${column} = ${name}.parent_${column}`)
            .join(' AND ');
    const condition = own
      ? `tenant_id = current_setting('${setting}')::int`
      : `EXISTS (SELECT FROM public.t${parent} p WHERE ${above})`;
    const asked = table.policy === 'function' ? `public.owns_t${index}(${own ? 'tenant_id' : key.at(-1)!})` : condition;
    statements.push(...secure(name, asked, table));
  }
  return statements;
}

function secure(name: string, condition: string, { policy, force }: RandomTable): string[] {
  const policies = {
    condition: [`USING (${condition})`],
    function: [`USING (${condition})`],
    restrictive: ['USING (true)', `AS RESTRICTIVE USING (${condition})`],
    'for everybody and for one role': [
      `FOR SELECT TO ${roles.tenant} USING (${condition})`,
      `TO ${roles.owner} USING (true)`,
    ],
  }[policy];
  return [
    `ALTER TABLE ${name} OWNER TO ${roles.owner}`,
    `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY${force ? `, FORCE ROW LEVEL SECURITY` : ''}`,
    ...policies.map((rest, at) => `CREATE POLICY p${at} ON ${name} ${rest}`),
  ];
}

/** What befalls the rows of a tenant. A key may refuse it: then it could not have happened. */
export function damageSql({ tables }: RandomSchema, { table: number, work, tenant, every }: RandomDamage): string {
  const index = number % tables.length;
  const table = tables[index]!;
  const parent = place(table, index);
  const rows = `id / 100 = ${tenant} AND id % ${every} = 0`;
  switch (work) {
    case 'delete':
      return `DELETE FROM t${index} WHERE ${rows}`;
    case 'change':
      return `UPDATE t${index} SET body = body || '!', price = price + 0.10, friend_id = NULL WHERE ${rows}`;
    case 'exchange':
      return `UPDATE t${index} SET code = code || '-' WHERE id / 100 = ${tenant};
        UPDATE t${index} SET code = 'c' || ${tenant} * 100 + 1 + (id % 100) % ${rowsPerTenant} WHERE id / 100 = ${tenant} AND code LIKE '%-' AND id % 100 <= ${rowsPerTenant}`;
    case 'insert':
      return rowsSql(
        tables,
        index,
        `(SELECT ${tenant}) of_tenant (t), generate_series(50, ${50 + every}) n`,
        ' ON CONFLICT DO NOTHING',
      );
    case 'move': {
      if (parent === null) return 'SELECT';
      // To the youngest row of the other table: one that is not in the backup, where there is one.
      const youngest = `(SELECT max(id) FROM t${parent} WHERE id / 100 = ${tenant})`;
      const own = keyOf(tables[parent]!, 'parent_');
      const values = keyValues(tables[parent]!, youngest);
      return `UPDATE t${index} SET ${own.map((name, at) => `${name} = ${values[at]!}`).join(', ')} WHERE ${rows}`;
    }
  }
}

/** SQL for every row of a tenant (of all where null), as text; a partitioned table is one. */
export function rowsAsText({ tables }: RandomSchema, tenant: number | null): string {
  const owned = [...tables.keys()].map((index) => `t${index}`);
  const parts = owned.map(
    (name) =>
      `SELECT '${name} ' || t::text AS row FROM public.${name} t WHERE ${tenant === null ? 'true' : `id / 100 = ${tenant}`}`,
  );
  return `${parts.join(' UNION ALL ')} ORDER BY 1`;
}
