import { IconAlertTriangle, IconCheck, IconLoader2, IconMinus, IconX, type TablerIcon } from '@tabler/icons-react';
import { Button } from '@mantine/core';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'wouter';
import type { BackupPoint } from '../../../shared/contract/backups.ts';
import { formatMoment } from '../../../shared/format.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { backupMark } from '../../components/backupWords.ts';
import { ChartOrTable } from '../../components/ChartOrTable.tsx';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import type { Tone } from '../../components/tone.ts';
import { goTo } from '../../hashLocation.ts';
import { shortDay, startOfDay } from '../../when.ts';
import { useAnswer } from '../../useAnswer.ts';
import look from './Strip.module.css';
import {
  lastDays,
  nextCell,
  placeOf,
  stripRows,
  wasCancelled,
  withDrills,
  type DayRestore,
  type StripCell,
  type StripTone,
} from './stripDays.ts';

const dayCount = 30;
const restoreLimit = 200;
/** More sources than these are shown when somebody asks for them. */
const firstSources = 4;

const icons: Record<StripTone, TablerIcon> = {
  good: IconCheck,
  warning: IconAlertTriangle,
  bad: IconX,
  working: IconLoader2,
  neutral: IconMinus,
};

/** The last 30 days: on which of them there were backups and restores, and how they went. Each cell leads to them. */
export function Strip({ sources }: { sources: readonly string[] }) {
  const points = useAnswer('backups.points', { source: null, kind: null, days: dayCount }, ['backups']);
  const restores = useAnswer('restores.list', { limit: restoreLimit }, ['restores']);
  const drills = useAnswer('drills.list', { source: null, limit: restoreLimit }, ['restores']);
  const failed = [points, restores, drills].find(({ failure }) => failure);
  const made = useMemo(
    () => restores.value && drills.value && withDrills(restores.value.restores, drills.value.drills),
    [restores.value, drills.value],
  );
  if (points.value && made) return <Days sources={sources} points={points.value.points} restores={made} />;
  return failed?.failure ? (
    <FailureNotice failure={failed.failure} onRetry={failed.again} />
  ) : (
    <Loading what="the last 30 days" />
  );
}

interface Happened {
  sources: readonly string[];
  points: readonly BackupPoint[];
  restores: readonly DayRestore[];
}

function Days({ sources, points, restores }: Happened) {
  const [all, setAll] = useState(false);
  const shown = all ? sources : sources.slice(0, firstSources);
  return (
    <ChartOrTable
      title={`The last ${dayCount} days`}
      aside={
        sources.length > firstSources && (
          <Button variant="default" size="compact-sm" onClick={() => setAll(!all)}>
            {all ? 'Fewer databases' : `All ${sources.length} databases`}
          </Button>
        )
      }
      chart={<DayGrid sources={shown} points={points} restores={restores} />}
      table={<EventTable points={points} restores={restores} />}
    />
  );
}

function DayGrid({ sources, points, restores }: Happened) {
  const days = lastDays(dayCount, new Date());
  const rows = stripRows(sources, points, restores, days);
  const grid = useRef<HTMLTableElement>(null);
  const first = rows.findIndex(({ cells }) => cells.some(Boolean));
  const [at, setAt] = useState<{ row: number; column: number } | null>(null);
  const stop =
    at && rows[at.row]?.cells[at.column] ? at : { row: first, column: rows[first]?.cells.findLastIndex(Boolean) ?? -1 };

  const pressed = (event: KeyboardEvent) => {
    const next = nextCell(rows, stop, event.key);
    if (!next) return;
    event.preventDefault();
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-at="${next.row} ${next.column}"]`)?.focus();
  };
  return (
    <>
      <div className={look.scroller}>
        <table ref={grid} className={look.strip} onKeyDown={pressed} aria-label="Backups and restores by day">
          <thead>
            <tr>
              <td />
              {days.map((day, index) => (
                <th key={day} scope="col" title={day}>
                  {(dayCount - 1 - index) % 7 === 0 ? (
                    <span className={look.day}>{index === dayCount - 1 ? 'today' : shortDay(startOfDay(day))}</span>
                  ) : (
                    <span className={look.heard}>{shortDay(startOfDay(day))}</span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ source, what, cells }, row) => (
              <tr key={`${source} ${what}`}>
                <th scope="row" title={`${source}: ${what}`}>
                  {what === 'backups' ? (
                    <strong>
                      {source}
                      <span className={look.heard}>: backups</span>
                    </strong>
                  ) : (
                    <span className={look.dim}>
                      <span className={look.heard}>{source}: </span>restores
                    </span>
                  )}
                </th>
                {cells.map((cell, column) => (
                  <td key={days[column]}>
                    {cell ? (
                      <DayLink cell={cell} at={`${row} ${column}`} stop={row === stop.row && column === stop.column} />
                    ) : (
                      <span className={look.empty} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Legend />
    </>
  );
}

function DayLink({ cell, at, stop }: { cell: StripCell; at: string; stop: boolean }) {
  const Icon = icons[cell.tone];
  return (
    <Link
      className={look.cell}
      href={cell.place}
      data-at={at}
      data-tone={cell.tone}
      tabIndex={stop ? 0 : -1}
      title={cell.words}
      aria-label={cell.words}
    >
      {cell.count > 1 && cell.tone === 'good' ? cell.count : <Icon size={14} stroke={2.5} aria-hidden />}
    </Link>
  );
}

function Legend() {
  const entries: [StripTone, string][] = [
    ['good', 'all good (a number: how many)'],
    ['warning', 'some failed'],
    ['bad', 'failed'],
    ['working', 'running'],
    ['neutral', 'cancelled'],
  ];
  return (
    <ul className={look.legend}>
      {entries.map(([tone, words]) => {
        const Icon = icons[tone];
        return (
          <li key={tone}>
            <span className={look.cell} data-tone={tone}>
              <Icon size={12} stroke={2.5} aria-hidden />
            </span>
            {words}
          </li>
        );
      })}
      <li>
        <span className={look.empty} /> none
      </li>
    </ul>
  );
}

interface DayEvent {
  id: string;
  at: string;
  source: string;
  what: string;
  tone: Tone;
  word: string;
  bytes: number | null;
  place: string;
}

function EventTable({ points, restores }: { points: readonly BackupPoint[]; restores: readonly DayRestore[] }) {
  const events = useMemo(() => eventsOf(points, restores), [points, restores]);
  return (
    <DataTable
      label="Backups and restores of the last 30 days"
      columns={eventColumns}
      count={events.length}
      rowAt={(index) => events[index]}
      onOpen={({ place }) => goTo(place)}
      leastWidth={620}
      maxHeight={300}
    />
  );
}

function eventsOf(points: readonly BackupPoint[], restores: readonly DayRestore[]): DayEvent[] {
  const since = startOfDay(lastDays(dayCount, new Date())[0] ?? '').toISOString();
  return [
    ...points.map((point) => ({
      id: point.id,
      at: point.createdAt,
      source: point.source,
      what: 'Backup',
      ...backupMark(point),
      bytes: point.sizeBytes,
      place: `/backups/${point.id}`,
    })),
    ...restores.map((restore): DayEvent => {
      const { id, startedAt: at, source, restoredBytes: bytes } = restore;
      const what = restore.place === undefined ? 'Restore' : 'Test restore';
      return { id, at, source, what, ...restoreMark(restore), bytes, place: placeOf(restore) };
    }),
  ]
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

function restoreMark(restore: DayRestore): { tone: Tone; word: string } {
  const { status } = restore;
  if (status === 'IN_PROGRESS') return { tone: 'working', word: 'Running' };
  if (wasCancelled(restore)) return { tone: 'neutral', word: 'Cancelled' };
  return status === 'FAILED' || status === 'MISMATCH'
    ? { tone: 'bad', word: 'Not good' }
    : { tone: 'good', word: 'Good' };
}

const eventColumns: Column<DayEvent>[] = [
  {
    key: 'at',
    head: 'When',
    width: 'minmax(150px, 1fr)',
    title: ({ at }) => formatMoment(at),
    cell: ({ at, place }) => (
      <a href={`#${place}`} tabIndex={-1}>
        {formatMoment(at).slice(0, 16)}
      </a>
    ),
  },
  { key: 'what', head: 'What', width: 'minmax(80px, 0.6fr)', cell: ({ what }) => what },
  {
    key: 'source',
    head: 'Database',
    width: 'minmax(120px, 2fr)',
    title: ({ source }) => source,
    cell: ({ source }) => source,
  },
  {
    key: 'state',
    head: 'How it went',
    width: 'minmax(110px, 1fr)',
    cell: ({ tone, word }) => <StateMark tone={tone} word={word} />,
  },
  {
    key: 'bytes',
    head: 'Size',
    width: 'minmax(90px, 0.6fr)',
    right: true,
    cell: ({ bytes }) => (bytes ? <Bytes of={bytes} /> : '–'),
  },
];
