import type { Manifest } from '../../shared/manifest.ts';
import { readCopyTarget, unquoted } from '../postgres/copyText.ts';
import type { TenantRows } from '../postgres/tenantRows.ts';
import type { ChosenRows } from '../streams/load.ts';

/** Pure: what is loaded of a backup for one tenant; tables whose rows cannot be told by this backup are loaded whole. */
export function chooseRows(rows: TenantRows, { tables }: Manifest): ChosenRows {
  const chosen: ChosenRows = {};
  for (const { schema, table, copyTarget } of tables) {
    const name = `${schema}.${table}`;
    const of = rows[name];
    if (of?.kind === 'shared') chosen[name] = 'none';
    if (of?.kind !== 'column') continue;
    const field = (readCopyTarget(copyTarget)?.columns ?? []).map(unquoted).indexOf(of.column);
    if (field !== -1) chosen[name] = { field, value: of.value };
  }
  return chosen;
}
