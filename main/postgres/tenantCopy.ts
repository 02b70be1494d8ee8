import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { UnknownArchive, type ArchiveToc, type TocEntry } from './archiveToc.ts';
import { copyTargetOf, readCopyTarget } from './copyText.ts';
import type { TenantScope } from './tenantScope.ts';

/** How the rows of one table of an archive are read for many tenants at once. */
export interface TableCopy {
  dumpId: number;
  oid: number;
  schema: string;
  table: string;
  /** `shop.sales (id, total)` */
  copyTarget: string;
  /** A `COPY … TO STDOUT`; its first column is the tenant, and not of the table, unless all tenants share the rows. */
  sql: string;
  shared: boolean;
}

/** What pg_dump leaves out of tables that an extension has filled: `WHERE …` by the oid of the table. */
export type ExtensionFilters = ReadonlyMap<number, string>;

export async function findExtensionFilters(client: Client): Promise<ExtensionFilters> {
  const { rows } = await client.query<{ oid: number; condition: string }>(
    `SELECT c.oid::int8::float8 AS oid, c.condition FROM pg_extension e, unnest(e.extconfig, e.extcondition) AS c (oid, condition)
     WHERE c.condition <> ''`,
  );
  return new Map(rows.map(({ oid, condition }) => [oid, condition]));
}

/**
 * Reads the same columns in the same form as pg_dump does, by the statements of its table of contents.
 * @param tenants ids; null for those of every row.
 * @param encoding of the archive.
 * @throws UnknownArchive for a table that the scope does not know, or a statement of another form than pg_dump's.
 */
export function tableCopies(
  toc: ArchiveToc,
  scope: TenantScope,
  filters: ExtensionFilters,
  tenants: readonly string[] | null,
  encoding: string,
): TableCopy[] {
  const known = new Set(scope.tables.map(({ oid }) => oid));
  return toc.entries
    .filter(({ desc }) => desc === 'TABLE DATA')
    .map((entry) => {
      const { oid, dumpId, namespace, tag } = entry;
      if (!known.has(oid)) throw new UnknownArchive(`the table ${namespace}.${tag} is not known`);
      const { target, columns } = copied(entry);
      const options = `WITH (ENCODING ${escapeLiteral(encoding)})`;
      const name = `${escapeIdentifier(namespace)}.${escapeIdentifier(tag)}`;
      const filter = filters.get(oid);
      const owned = scope.owned(oid, 't');
      const copy = (what: string) => `COPY ${what} TO STDOUT ${options}`;
      const described = { dumpId, oid, schema: namespace, table: tag, copyTarget: target, shared: owned === null };
      if (!owned)
        return {
          ...described,
          sql: copy(filter ? `(SELECT ${columns.join(', ')} FROM ONLY ${name} ${filter})` : target),
        };
      const conditions = [
        ...(tenants ? [`${owned.tenant} IN (${tenants.map(escapeLiteral).join(', ')})`] : []),
        ...(filter ? [`t.ctid IN (SELECT ctid FROM ONLY ${name} ${filter})`] : []),
      ];
      const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
      const selected = [`${owned.tenant}::text`, ...columns.map((column) => `t.${column}`)].join(', ');
      return { ...described, sql: copy(`(SELECT ${selected} FROM ${owned.from}${where})`) };
    });
}

function copied({ copyStatement }: TocEntry): { target: string; columns: string[] } {
  const target = copyTargetOf(copyStatement);
  const found = readCopyTarget(target);
  if (!found) throw new UnknownArchive(`it is not known what it means: ${copyStatement}`);
  return { target, columns: found.columns };
}
