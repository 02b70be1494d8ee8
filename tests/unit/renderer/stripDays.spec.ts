import { expect, test } from '@playwright/test';
import type { BackupPoint } from '../../../shared/contract/backups.ts';
import { lastDays, nextCell, stripRows } from '../../../renderer/screens/overview/stripDays.ts';

const today = new Date(2026, 10, 22, 14, 17);
const days = lastDays(30, today);

function point(id: string, at: Date, status: BackupPoint['status'], source = 'shop'): BackupPoint {
  const when = { createdAt: at.toISOString(), durationSeconds: 3 };
  return { id, source, kind: 'FULL_DATABASE', status, cancelled: false, ...when, sizeBytes: 1, plainBytes: 2 };
}

function backupRow(points: BackupPoint[]) {
  return stripRows(['shop'], points, [], days)[0]?.cells ?? [];
}

test('the strip ends today and begins thirty days back, a change of clocks or not', () => {
  expect(days).toHaveLength(30);
  expect(days[0]).toBe('2026-10-24');
  expect(days.at(-1)).toBe('2026-11-22');
  expect(new Set(days).size).toBe(30);
});

test('one backup of a day is its link, several lead to the list of that day', () => {
  const one = backupRow([point('A', new Date(2026, 10, 22, 2), 'VERIFIED')]).at(-1);
  expect(one).toMatchObject({ tone: 'good', place: '/backups/A', words: '22 Nov: 1 backup, verified' });
  const two = backupRow([
    point('A', new Date(2026, 10, 22, 2), 'COMPLETED'),
    point('B', new Date(2026, 10, 22, 3), 'FAILED'),
  ]).at(-1);
  expect(two).toMatchObject({
    tone: 'warning',
    place: '/backups?source=shop&from=2026-11-22&until=2026-11-22',
    words: '22 Nov: 2 backups, 1 failed',
  });
});

test('a day on which every backup failed is bad, and one without a backup is empty', () => {
  const cells = backupRow([point('A', new Date(2026, 10, 21, 2), 'FAILED')]);
  expect(cells[28]).toMatchObject({ tone: 'bad', words: '21 Nov: 1 backup, 1 failed' });
  expect(cells[29]).toBeNull();
});

test('a cancelled backup is neither a failure nor a success', () => {
  const noon = new Date(2026, 10, 22, 12);
  const cancelled = { ...point('C', noon, 'FAILED'), cancelled: true };
  expect(backupRow([cancelled]).at(-1)).toMatchObject({ tone: 'neutral', words: '22 Nov: 1 backup, 1 cancelled' });
  expect(backupRow([point('A', noon, 'COMPLETED'), cancelled]).at(-1)).toMatchObject({ tone: 'good' });
  expect(backupRow([point('B', noon, 'FAILED'), cancelled]).at(-1)).toMatchObject({
    tone: 'bad',
    words: '22 Nov: 2 backups, 1 failed, 1 cancelled',
  });
});

test('a backup of another database is not counted', () => {
  expect(backupRow([point('A', new Date(2026, 10, 22, 2), 'COMPLETED', 'office')]).every((cell) => cell === null)).toBe(
    true,
  );
});

test('arrow keys lead to the next day on which something happened, and stay at the edge', () => {
  const rows = stripRows(
    ['shop', 'office'],
    [
      point('A', new Date(2026, 10, 20, 2), 'COMPLETED'),
      point('B', new Date(2026, 10, 22, 2), 'COMPLETED'),
      point('C', new Date(2026, 10, 21, 2), 'COMPLETED', 'office'),
    ],
    [],
    days,
  );
  expect(nextCell(rows, { row: 0, column: 29 }, 'ArrowLeft')).toEqual({ row: 0, column: 27 });
  expect(nextCell(rows, { row: 0, column: 27 }, 'ArrowLeft')).toBeNull();
  expect(nextCell(rows, { row: 0, column: 27 }, 'End')).toEqual({ row: 0, column: 29 });
  expect(nextCell(rows, { row: 0, column: 29 }, 'ArrowDown')).toEqual({ row: 2, column: 28 });
  expect(nextCell(rows, { row: 2, column: 28 }, 'ArrowDown')).toBeNull();
  expect(nextCell(rows, { row: 0, column: 29 }, 'a')).toBeNull();
});
