import { backupKinds, backupStatuses } from '../../../shared/backup.ts';
import { backupSorts, type BackupFilterForm } from '../../../shared/contract/backups.ts';
import { startOfDay } from '../../when.ts';
import type { BackupOrder } from './useBackupRows.ts';

/** What of the list stands in its address, so that a link leads to exactly these backups. Days are local, both included. */
export interface ListPlace {
  kind: string;
  status: string;
  source: string;
  /** The id of one tenant. */
  tenant: string;
  store: string;
  from: string;
  until: string;
  /** `yes`: also those that were deleted. */
  deleted: string;
  sort: string;
  ascending: string;
}

const fields = [
  'kind',
  'status',
  'source',
  'tenant',
  'store',
  'from',
  'until',
  'deleted',
  'sort',
  'ascending',
] as const;

export function readPlace(search: string): ListPlace {
  const params = new URLSearchParams(search);
  return Object.fromEntries(fields.map((field) => [field, params.get(field) ?? ''])) as unknown as ListPlace;
}

/** `/backups?source=shop&from=2026-11-18`: the address of a list; empty fields are left out. */
export function placeOf(place: Partial<ListPlace>): string {
  const params = new URLSearchParams();
  for (const field of fields) if (place[field]) params.set(field, place[field]);
  const search = params.toString();
  return search === '' ? '/backups' : `/backups?${search}`;
}

/** What the console is asked for; whatever makes no sense in an address is left out. */
export function orderOf(place: ListPlace): BackupOrder {
  const filter: BackupFilterForm = {};
  const kind = backupKinds.find((known) => known === place.kind);
  const status = backupStatuses.find((known) => known === place.status);
  if (kind) filter.kind = kind;
  if (status) filter.status = status;
  if (place.source) filter.source = place.source;
  if (place.tenant) filter.tenant = place.tenant;
  if (place.store) filter.store = place.store;
  if (place.deleted === 'yes') filter.deleted = true;
  if (isDay(place.from)) filter.from = startOfDay(place.from).toISOString();
  if (isDay(place.until)) {
    const next = startOfDay(place.until);
    next.setDate(next.getDate() + 1);
    filter.until = next.toISOString();
  }
  const sort = backupSorts.find((known) => known === place.sort) ?? 'created';
  return { filter, sort, descending: place.ascending !== 'yes' };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(startOfDay(text).getTime());
}
