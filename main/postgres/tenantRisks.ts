import type pg from 'pg';
import type { RowFinding } from '../../shared/tenant.ts';
import type { TenantReach } from './tenantReach.ts';
import type { TenantScope } from './tenantScope.ts';

/** What the tenant login meets at one relation that pg_dump will read. */
interface RelationFacts {
  oid: number;
  /** `schema.table` */
  relation: string;
  /** Holds rows of its own, so not a sequence and not the parent of partitions. */
  rows: boolean;
  readable: boolean;
  /** Row-level security is on. */
  secured: boolean;
  /** … and applies to this role. */
  filtered: boolean;
  /** Permissive policies for SELECT that are for this role. */
  policies: number;
  /** A table that it is a partition or a child of has row-level security. */
  parentSecured: boolean;
}

/**
 * What would keep a dump by the connected role from holding exactly one tenant's rows. Tables of extensions are left
 * out: their rows come with the extension.
 * @param confirmed tables without tenants that a person has confirmed, as `schema.table`.
 */
export async function findTenantRisks(
  client: pg.Client,
  scope: TenantScope,
  confirmed: readonly string[],
): Promise<RowFinding[]> {
  const me = await client.query<{ name: string; bypass: boolean }>(
    'SELECT rolname AS name, rolsuper OR rolbypassrls AS bypass FROM pg_roles WHERE rolname = current_user',
  );
  const { name, bypass } = me.rows[0]!;
  if (bypass)
    return [
      finding(`login ${name}`, 'block', 'it is a superuser or has BYPASSRLS: the backup would hold every tenant'),
    ];
  const { rows } = await client.query<RelationFacts>(
    `SELECT c.oid::int8::float8 AS oid, n.nspname || '.' || c.relname AS relation, c.relkind = 'r' AS rows,
       c.relrowsecurity AS secured, row_security_active(c.oid) AS filtered,
       has_schema_privilege(n.oid, 'USAGE') AND
         CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END AS readable,
       (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*') AND p.polpermissive
          AND (p.polroles = '{0}' OR EXISTS (SELECT FROM unnest(p.polroles) r WHERE pg_has_role(current_user, r, 'USAGE'))))::int AS policies,
       EXISTS (WITH RECURSIVE up (oid) AS (SELECT inhparent FROM pg_inherits WHERE inhrelid = c.oid
                 UNION SELECT i.inhparent FROM pg_inherits i JOIN up ON i.inhrelid = up.oid)
               SELECT FROM up JOIN pg_class p ON p.oid = up.oid WHERE p.relrowsecurity) AS "parentSecured"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 2`,
  );
  const reaches = new Map(scope.tables.map(({ oid, reach }) => [oid, reach]));
  return rows.flatMap((facts) => judgeRelation(facts, reaches.get(facts.oid) ?? { kind: 'shared' }, confirmed) ?? []);
}

/** Pure: what is wrong with one relation, the worst first. */
function judgeRelation(facts: RelationFacts, reach: TenantReach, confirmed: readonly string[]): RowFinding | null {
  const block = (reason: string) => finding(facts.relation, 'block', reason);
  if (!facts.readable) return block('the tenant login may not read it');
  if (!facts.rows) return null;
  if (facts.secured && !facts.filtered)
    return block('the tenant login owns it and FORCE ROW LEVEL SECURITY is off: every row would be in the backup');
  if (facts.secured && facts.policies === 0)
    return block('no policy for SELECT is for the tenant login: it would see no row, without an error');
  if (!facts.secured && facts.parentSecured)
    return block('a partition or child without row security of its own: pg_dump reads it directly, past the policy');
  if (!facts.secured && reach.kind !== 'shared')
    return block('it holds rows of tenants and has no row security: every row would be in the backup');
  if (reach.kind !== 'shared' || confirmed.includes(facts.relation)) return null;
  return finding(
    facts.relation,
    'confirm',
    facts.secured
      ? 'has row security, but neither column nor foreign key tells whose its rows are: confirm that all tenants share all of it'
      : 'no tenant column and no row security: it would be in every backup whole; confirm that all tenants share it',
  );
}

function finding(relation: string, severity: RowFinding['severity'], reason: string): RowFinding {
  return { mode: 'tenant', relation, severity, reason };
}

/** The roles that policies of this database are for, PUBLIC left out. */
export async function policyRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT r.rolname AS name FROM pg_policy p, unnest(p.polroles) AS named (oid) JOIN pg_roles r ON r.oid = named.oid ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Materialized views that a restore could not fill: they are refreshed as an owner whom row security filters or refuses. */
export async function findUnfillableViews(client: pg.Client): Promise<RowFinding[]> {
  const { rows } = await client.query<{ view: string; base: string; owner: string }>(
    `SELECT DISTINCT n.nspname || '.' || m.relname AS view, t.relname AS base, o.rolname AS owner
     FROM pg_class m JOIN pg_namespace n ON n.oid = m.relnamespace JOIN pg_roles o ON o.oid = m.relowner
     JOIN pg_rewrite r ON r.ev_class = m.oid JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
       AND d.refclassid = 'pg_class'::regclass
     JOIN pg_class t ON t.oid = d.refobjid AND t.relrowsecurity
     WHERE m.relkind = 'm' AND NOT o.rolsuper AND NOT o.rolbypassrls AND (t.relforcerowsecurity OR t.relowner <> m.relowner)
     ORDER BY 1, 2`,
  );
  return rows.map(({ view, base, owner }) => ({
    mode: 'full',
    relation: view,
    severity: 'warn',
    reason: `a restore fills it as ${owner}, to whom row security of ${base} applies: it may fail or come out empty`,
  }));
}
