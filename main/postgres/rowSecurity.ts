import type pg from 'pg';

/** Something that keeps a role from dumping everything. */
export interface Obstacle {
  relation: string;
  reason: string;
}

/**
 * What of this database the connected role cannot read, or would read only in part.
 * A role that row-level security filters gets no error from the server, only fewer rows.
 */
export async function findObstacles(client: pg.Client): Promise<{ unreadable: Obstacle[]; filtered: Obstacle[] }> {
  const { rows } = await client.query<{ relation: string; readable: boolean; filtered: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS relation, row_security_active(c.oid) AS filtered,
       has_schema_privilege(n.oid, 'USAGE') AND
         CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END AS readable
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'S', 'm') AND c.relpersistence <> 't'
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
  );
  const unreadable = rows
    .filter(({ readable }) => !readable)
    .map(({ relation }) => ({ relation, reason: 'the role may not read it' }));
  const filtered = rows
    .filter((row) => row.readable && row.filtered)
    .map(({ relation }) => ({ relation, reason: 'row-level security hides rows from the role' }));
  const objects = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_largeobject_metadata m
     WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       AND current_setting('lo_compat_privileges') = 'off' AND NOT pg_has_role(current_user, m.lomowner, 'USAGE')
       AND NOT EXISTS (SELECT FROM aclexplode(m.lomacl) a WHERE a.privilege_type = 'SELECT'
         AND (a.grantee = 0 OR pg_has_role(current_user, a.grantee, 'USAGE')))`,
  );
  const count = objects.rows[0]?.count ?? 0;
  if (count > 0) unreadable.push({ relation: `${count} large objects`, reason: 'the role may not read them' });
  return { unreadable, filtered };
}
