import { escapeIdentifier, escapeLiteral } from 'pg';
import type { NotedStatement } from './runNoted.ts';

/** Settings whose value is a list already, which quoting would make one item. */
const listSettings = new Set([
  'search_path',
  'temp_tablespaces',
  'local_preload_libraries',
  'session_preload_libraries',
]);

/**
 * @param of what is altered, as SQL: `DATABASE "shop"`.
 * @param value as `pg_db_role_setting` has it; it is told nowhere, because applications keep secrets there.
 */
export function settingStatement(of: string, { name, value }: { name: string; value: string }): NotedStatement {
  const items = listSettings.has(name.toLowerCase()) ? listItems(value) : [value];
  const start = `ALTER ${of} SET ${name.split('.').map(escapeIdentifier).join('.')} TO`;
  return { sql: `${start} ${items.map(escapeLiteral).join(', ')}`, told: `${start} …`, secret: value };
}

/** `"Odd ""one""", public` as its items; the server has written it, so it is well-formed. */
function listItems(value: string): string[] {
  const items = value.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? [''];
  return items.map((item) => (item.startsWith('"') ? item.slice(1, -1).replaceAll('""', '"') : item));
}
