/** How the rows of a table belong to a tenant. */
export type TenantReach =
  /** The table with a row per tenant. */
  | { kind: 'root' }
  /** A column of its own holds the tenant. */
  | { kind: 'column'; column: string }
  /** Over a foreign key that is never null, to a table that is reached itself. */
  | { kind: 'path'; parent: number; columns: { own: string; parent: string }[] }
  /** Not at all: shared by all tenants. */
  | { kind: 'shared' };

export interface ScopedTable {
  oid: number;
  schema: string;
  table: string;
  /** Of a partition, however deep: the table that is partitioned. */
  partitionOf?: number | null;
  reach: TenantReach;
  /**
   * Other columns or foreign keys by which its rows belong to a tenant just as well; no rule tells which it is. Empty where
   * there is one way, or a person has said which.
   */
  rivals: readonly TenantReach[];
}

export interface Column {
  table: number;
  name: string;
  notNull: boolean;
  /** It alone is the primary key. */
  isKey: boolean;
}

export interface ForeignKey {
  table: number;
  parent: number;
  /** Its columns are part of the primary key, or its rows go with the parent's: the child is a part of that parent. */
  belongs: boolean;
  columns: { own: string; parent: string }[];
}

type NamedTable = Pick<ScopedTable, 'oid' | 'schema' | 'table' | 'partitionOf'>;

/**
 * Pure: how each table reaches the root. A partition does as the whole table: what is its own may hold for no other one.
 * @param owners what a person has said: by `schema.table` the column that tells the tenant, or the columns of the foreign
 *   key that leads to it, joined by commas. A table for which that is no way to a tenant is `shared`.
 */
export function reachTenants(
  tables: readonly NamedTable[],
  columns: readonly Column[],
  foreignKeys: readonly ForeignKey[],
  root: number,
  idColumn: string,
  owners: Readonly<Record<string, string>> = {},
): ScopedTable[] {
  const partitions = new Map(
    tables.flatMap(({ oid, partitionOf }) => (typeof partitionOf === 'number' ? [[oid, partitionOf]] : [])),
  );
  const wholes = tables.filter(({ oid }) => !partitions.has(oid));
  const wholeOf = (oid: number) => partitions.get(oid) ?? oid;
  const said = new Map(wholes.map((table) => [table.oid, owners[`${table.schema}.${table.table}`]]));
  const toRoot = (key: ForeignKey) =>
    key.parent === root && key.table !== root && key.columns.length === 1 && key.columns[0]?.parent === idColumn;
  const direct = Map.groupBy(foreignKeys.filter(toRoot), ({ table }) => table);
  const referring = (table: number) => [...new Set((direct.get(table) ?? []).map((key) => key.columns[0]!.own))];
  const named = usualNames(tables, root, idColumn);
  // The key of a table with a row per tenant, such as `id`, is in another table the key of something else.
  const keys = new Set(columns.filter(({ isKey }) => isKey).map(({ table, name }) => `${table} ${name}`));
  const usualIn = (table: number) =>
    referring(table).filter((column) => column !== idColumn && !keys.has(`${table} ${column}`));
  const usual = new Set([...named, ...tables.flatMap(({ oid }) => usualIn(oid))]);
  const elsewhere = new Set(tables.flatMap(({ oid }) => (referring(oid).length === 1 ? usualIn(oid) : [])));
  // A column of the usual name that leads to another table means something else there.
  const meansOther = new Set(
    foreignKeys
      .filter(({ parent, columns: pairs }) => parent !== root && pairs.length === 1)
      .map(({ table, columns: pairs }) => `${table} ${pairs[0]!.own}`),
  );
  const ways = new Map<number, TenantReach[]>([[root, [{ kind: 'root' }]]]);
  for (const { oid } of wholes) {
    if (oid === root) continue;
    const unlike = columns
      .filter(({ table, name }) => table === oid && !meansOther.has(`${table} ${name}`))
      .map(({ name }) => name);
    const owner = said.get(oid);
    const own =
      owner !== undefined
        ? [...referring(oid), ...unlike].filter((column) => column === owner).slice(0, 1)
        : best(referring(oid).length > 0 ? referring(oid) : unlike.filter((name) => usual.has(name)), named, elsewhere);
    if (own.length > 0)
      ways.set(
        oid,
        own.map((column) => ({ kind: 'column', column })),
      );
  }
  const always = new Set(columns.filter(({ notNull }) => notNull).map(({ table, name }) => `${table} ${name}`));
  const sound = foreignKeys.filter(({ table, parent, columns: pairs }) => {
    const given = pairs.map(({ own }) => own);
    const owner = said.get(table);
    const chosen = owner === undefined || owner === given.join(',');
    return (
      chosen &&
      !partitions.has(table) &&
      table !== wholeOf(parent) &&
      given.every((own) => always.has(`${table} ${own}`))
    );
  });
  for (let found = true; found;) {
    const round = Map.groupBy(
      sound.filter(({ table, parent }) => !ways.has(table) && ways.has(wholeOf(parent))),
      ({ table }) => table,
    );
    for (const [table, equals] of round) ways.set(table, equalPaths(equals));
    found = round.size > 0;
  }
  return tables.map((table) => {
    const [found = { kind: 'shared' } as const, ...rivals] = ways.get(wholeOf(table.oid)) ?? [];
    const inRoot = found.kind === 'root' && table.oid !== root;
    return { ...table, reach: inRoot ? { kind: 'column', column: idColumn } : found, rivals };
  });
}

/** Of several columns those that are called after the tenant table, else as the one such column of another table is. */
function best(candidates: readonly string[], named: readonly string[], elsewhere: ReadonlySet<string>): string[] {
  const called = candidates.filter((column) => named.includes(column));
  if (called.length > 0) return called;
  const alike = candidates.filter((column) => elsewhere.has(column));
  return alike.length > 0 ? alike : [...candidates];
}

/** Of foreign keys that are as near those to the parent that the row is a part of, else all. */
function equalPaths(keys: readonly ForeignKey[]): TenantReach[] {
  const parts = keys.filter(({ belongs }) => belongs);
  const texts = new Set<string>();
  return (parts.length > 0 ? parts : keys).flatMap(({ parent, columns }) => {
    const text = JSON.stringify([parent, columns]);
    if (texts.has(text)) return [];
    texts.add(text);
    return [{ kind: 'path' as const, parent, columns }];
  });
}

/** What a column is called that names a tenant where no foreign key says so. */
function usualNames(tables: readonly NamedTable[], root: number, idColumn: string): string[] {
  const name = tables.find(({ oid }) => oid === root)?.table ?? '';
  return [`${name}_id`, `${name.replace(/s$/, '')}_id`, ...(idColumn === 'id' ? [] : [idColumn])];
}

/** The columns of a table by which a reach tells the tenant, for people. */
export function columnsOf(reach: TenantReach): string[] {
  if (reach.kind === 'column') return [reach.column];
  return reach.kind === 'path' ? reach.columns.map(({ own }) => own) : [];
}
