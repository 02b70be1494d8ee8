import type { BackupPoint } from '../../../shared/contract/backups.ts';
import type { Drill } from '../../../shared/drill.ts';
import type { Restore } from '../../../shared/restore.ts';
import { dayOf, shortDay, startOfDay } from '../../when.ts';

export type StripTone = 'good' | 'warning' | 'bad' | 'working' | 'neutral';

export interface StripCell {
  day: string;
  tone: StripTone;
  /** `18 Nov: 2 backups, 1 failed` */
  words: string;
  count: number;
  place: string;
}

export interface StripRow {
  source: string;
  what: 'backups' | 'restores';
  /** As many as days; null where nothing happened. */
  cells: (StripCell | null)[];
}

/** A restore, or a test restore, as far as it matters on which day it was and how it went. */
export interface DayRestore extends Pick<
  Restore,
  'id' | 'source' | 'startedAt' | 'status' | 'failure' | 'restoredBytes'
> {
  /** Where it is looked at, if it is no restore of the list. */
  place?: string;
}

/** Restores and test restores together, newest first. */
export function withDrills(restores: readonly Restore[], drills: readonly Drill[]): DayRestore[] {
  const proofs = drills.map(({ id, source, startedAt, status, failure, report }) => ({
    id,
    source,
    startedAt,
    status: status === 'RUNNING' ? ('IN_PROGRESS' as const) : status === 'PASSED' ? ('COMPLETED' as const) : status,
    failure,
    restoredBytes: report?.restoredBytes ?? null,
    place: `/restore/drills/${id}`,
  }));
  return [...restores, ...proofs].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** The last days as `2026-11-18`, today last. */
export function lastDays(count: number, today: Date): string[] {
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(today);
    date.setDate(today.getDate() - (count - 1 - index));
    return dayOf(date);
  });
}

/** Two rows for each source: its backups and its restores, a cell for each day. */
export function stripRows(
  sources: readonly string[],
  points: readonly BackupPoint[],
  restores: readonly DayRestore[],
  days: readonly string[],
): StripRow[] {
  const backupsByDay = Map.groupBy(points, ({ source, createdAt }) => `${source} ${dayOf(new Date(createdAt))}`);
  const restoresByDay = Map.groupBy(restores, ({ source, startedAt }) => `${source} ${dayOf(new Date(startedAt))}`);
  return sources.flatMap((source): StripRow[] => [
    {
      source,
      what: 'backups',
      cells: days.map((day) => backupCell(source, day, backupsByDay.get(`${source} ${day}`))),
    },
    { source, what: 'restores', cells: days.map((day) => restoreCell(day, restoresByDay.get(`${source} ${day}`))) },
  ]);
}

function backupCell(source: string, day: string, points: readonly BackupPoint[] | undefined): StripCell | null {
  const newest = points?.at(-1);
  if (!points || !newest) return null;
  const cancelled = points.filter((point) => point.cancelled).length;
  const failed = points.filter(({ status }) => status === 'FAILED').length - cancelled;
  const good = points.length - cancelled - failed;
  const running = newest.status === 'IN_PROGRESS' || newest.status === 'PENDING';
  const tone = toneOf(running, good, failed);
  const said = [`${points.length} ${points.length === 1 ? 'backup' : 'backups'}`];
  if (failed > 0) said.push(`${failed} failed`);
  if (cancelled > 0) said.push(`${cancelled} cancelled`);
  if (running) said.push('one is running');
  if (points.every(({ status }) => status === 'VERIFIED')) said.push('verified');
  const place =
    points.length === 1
      ? `/backups/${newest.id}`
      : `/backups?source=${encodeURIComponent(source)}&from=${day}&until=${day}`;
  return { day, tone, words: `${spoken(day)}: ${said.join(', ')}`, count: points.length, place };
}

/** Newest first, as the console lists them. */
function restoreCell(day: string, restores: readonly DayRestore[] | undefined): StripCell | null {
  const newest = restores?.[0];
  if (!restores || !newest) return null;
  const cancelled = restores.filter(wasCancelled).length;
  const bad = restores.filter(({ status }) => status === 'FAILED' || status === 'MISMATCH').length - cancelled;
  const good = restores.length - cancelled - bad;
  const running = newest.status === 'IN_PROGRESS';
  const said = [`${restores.length} ${restores.length === 1 ? 'restore' : 'restores'}`];
  if (bad > 0) said.push(`${bad} not good`);
  if (cancelled > 0) said.push(`${cancelled} cancelled`);
  if (running) said.push('one is running');
  const proofs = restores.filter(({ place }) => place !== undefined).length;
  const place = restores.length === 1 ? placeOf(newest) : proofs === restores.length ? '/restore/drills' : '/restore';
  const tone = toneOf(running, good, bad);
  return { day, tone, words: `${spoken(day)}: ${said.join(', ')}`, count: restores.length, place };
}

export function placeOf({ id, place }: DayRestore): string {
  return place ?? `/restore/${id}`;
}

/** Whoever cancels something knows it: that alone is neither good nor bad. */
export function wasCancelled({ failure }: Pick<Restore, 'failure'>): boolean {
  return failure?.code === 'CANCELLED';
}

function toneOf(running: boolean, good: number, bad: number): StripTone {
  if (running) return 'working';
  if (bad > 0) return good > 0 ? 'warning' : 'bad';
  return good > 0 ? 'good' : 'neutral';
}

function spoken(day: string): string {
  return shortDay(startOfDay(day));
}

/** Which cell an arrow key leads to from a cell: the next one in that direction in which something happened. */
export function nextCell(
  rows: readonly StripRow[],
  from: { row: number; column: number },
  key: string,
): { row: number; column: number } | null {
  const filled = (row: number) => (rows[row]?.cells ?? []).flatMap((cell, column) => (cell ? [{ row, column }] : []));
  if (key === 'ArrowLeft') return filled(from.row).findLast(({ column }) => column < from.column) ?? null;
  if (key === 'ArrowRight') return filled(from.row).find(({ column }) => column > from.column) ?? null;
  if (key === 'Home') return filled(from.row)[0] ?? null;
  if (key === 'End') return filled(from.row).at(-1) ?? null;
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const step = key === 'ArrowUp' ? -1 : 1;
  for (let row = from.row + step; row >= 0 && row < rows.length; row += step) {
    const near = filled(row).toSorted((a, b) => Math.abs(a.column - from.column) - Math.abs(b.column - from.column))[0];
    if (near) return near;
  }
  return null;
}
