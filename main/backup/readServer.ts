import type { Client } from 'pg';
import type { FoundFile } from './findFiles.ts';

/** Says which settings a role may not see, as the server itself does. */
const hidden = 'some settings are hidden from this role: grant it pg_read_all_settings';

/**
 * What a server tells of its configuration over SQL, as JSON: its settings, the access rules of its files, and the
 * settings of databases and roles. It stands for the files where they cannot be reached.
 * @returns what this role may see, and what it may not, as sentences.
 */
export async function readServer(client: Client): Promise<{ files: FoundFile[]; gaps: string[] }> {
  const gaps: string[] = [];
  const settings = await client.query(
    `SELECT name, setting, unit, source, sourcefile AS "sourceFile", sourceline AS "sourceLine", pending_restart AS "pendingRestart"
     FROM pg_settings WHERE source NOT IN ('default', 'client', 'session', 'override') ORDER BY name`,
  );
  const perDatabase = await client.query(
    `SELECT d.datname AS database, r.rolname AS role, s.setconfig AS settings
     FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole
     ORDER BY 1 NULLS FIRST, 2 NULLS FIRST`,
  );
  const may = await client.query<{ hba: boolean; settings: boolean }>(
    `SELECT has_table_privilege('pg_hba_file_rules', 'SELECT') AND has_function_privilege('pg_hba_file_rules()', 'EXECUTE') AS hba,
       pg_has_role('pg_read_all_settings', 'USAGE') AS settings`,
  );
  const { hba, settings: all } = may.rows[0]!;
  if (!all) gaps.push(`server settings: ${hidden}`);
  const files = [jsonFile('settings', settings.rows), jsonFile('database-settings', perDatabase.rows)];
  if (hba) {
    const rules = await client.query(
      `SELECT line_number AS line, type, database, user_name AS "user", address, netmask, auth_method AS method, options, error
       FROM pg_hba_file_rules ORDER BY line_number`,
    );
    files.push(jsonFile('access-rules', rules.rows));
  } else
    gaps.push(
      'access rules (pg_hba.conf): this role may not read them: GRANT EXECUTE ON FUNCTION pg_hba_file_rules() to it',
    );
  return { files, gaps };
}

function jsonFile(name: string, rows: unknown[]): FoundFile {
  const lines = rows.map((row) => `  ${JSON.stringify(row)}`);
  return {
    path: `server/${name}.json`,
    content: Buffer.from(`[\n${lines.join(',\n')}\n]\n`),
    mode: 0o600,
    modifiedAt: new Date(),
  };
}
