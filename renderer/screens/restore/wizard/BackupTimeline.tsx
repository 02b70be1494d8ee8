import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { goodCopiesOf, wantedStores, type Backup } from '../../../../shared/backup.ts';
import { formatAge, formatBytes, formatMoment } from '../../../../shared/format.ts';
import { Moment } from '../../../components/Moment.tsx';
import { StateMark } from '../../../components/StateMark.tsx';
import style from '../restore.module.css';

type Line = { heading: string } | { backup: Backup };

/** Backups by day, newest first, below the newest good one of each source; one of them is chosen. */
export function BackupTimeline({
  backups,
  stores,
  provenAt,
  chosen,
  onChoose,
}: {
  backups: readonly Backup[];
  /** Where copies should be. */
  stores: readonly string[];
  /** When a restore of a backup was last found good, by its id. */
  provenAt: ReadonlyMap<string, string>;
  chosen: string | null;
  onChoose: (id: string) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => timelineOf(backups), [backups]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    overscan: 15,
  });
  return (
    <div
      ref={scroller}
      className={style.timeline}
      style={{ height: Math.min(virtual.getTotalSize() + 4, 4000), maxHeight: 'max(220px, calc(100dvh - 400px))' }}
      role="radiogroup"
      aria-label="Backups, newest first"
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative', minWidth: 770 }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const line = lines[index]!;
          const place = { transform: `translateY(${start}px)` };
          if ('heading' in line)
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className={style.day}
                style={{ ...place, minHeight: 30 }}
              >
                {line.heading}
              </div>
            );
          const { backup } = line;
          const fit = isRestorable(backup);
          return (
            <label
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className={`${style.choice} ${fit ? '' : style.unfit}`}
              style={place}
            >
              <input
                type="radio"
                name="backup"
                value={backup.id}
                checked={chosen === backup.id}
                disabled={!fit}
                onChange={() => onChoose(backup.id)}
              />
              <span title={formatMoment(backup.createdAt)}>
                <Moment at={backup.createdAt} fw={600} />
              </span>
              <span className={style.named} title={namedFully(backup)}>
                <span>{backup.source} </span>
                <Text span inherit c="dimmed">
                  {formatMoment(backup.createdAt).slice(0, 16)}
                  {backup.pinned ? ' · pinned' : ''}
                  {backup.note ? ` · ${backup.note}` : ''}
                </Text>
              </span>
              {fit ? (
                <Proofs backup={backup} stores={stores} provenAt={provenAt.get(backup.id)} />
              ) : (
                <Unfit backup={backup} />
              )}
            </label>
          );
        })}
      </div>
    </div>
  );
}

/** What is proven of a good backup. */
function Proofs({
  backup,
  stores,
  provenAt,
}: {
  backup: Backup;
  stores: readonly string[];
  provenAt: string | undefined;
}) {
  const good = goodCopiesOf(backup, stores).length;
  const all = wantedStores(backup, stores).length;
  return (
    <>
      {provenAt ? (
        <StateMark tone="good" word={`Restored ${since(provenAt)}`} />
      ) : (
        <StateMark tone="unknown" word="Never restored" />
      )}
      {backup.verifiedAt ? (
        <StateMark tone="good" word={`Verified ${since(backup.verifiedAt)}`} />
      ) : (
        <StateMark tone="unknown" word="Not verified yet" />
      )}
      <StateMark
        tone={good === 0 ? 'bad' : good < all ? 'warning' : 'good'}
        word={`${good}/${all} ${all === 1 ? 'copy' : 'copies'}`}
      />
      <span className={style.numeric}>{formatBytes(backup.plainBytes)}</span>
    </>
  );
}

function namedFully({ source, note }: Backup): string {
  return note ? `${source}: ${note}` : source;
}

/** Why a backup cannot be restored. */
function Unfit({ backup: { status, failure } }: { backup: Backup }) {
  const running = status === 'PENDING' || status === 'IN_PROGRESS';
  return (
    <>
      <StateMark tone={running ? 'working' : 'bad'} word={running ? 'Not finished' : 'Failed'} />
      <span className={style.cut} style={{ gridColumn: 'span 3' }} title={failure?.message}>
        {failure?.message ?? (running ? 'it is being taken' : '')}
      </span>
    </>
  );
}

/** Whether a backup was finished, so that it can be restored. */
export function isRestorable({ status }: Backup): boolean {
  return status === 'COMPLETED' || status === 'VERIFIED';
}

/** Pure: the newest good backup of each source, then the others by the day on which they were taken. */
function timelineOf(backups: readonly Backup[]): Line[] {
  const newest = new Map<string, Backup>();
  for (const backup of backups)
    if (isRestorable(backup) && !newest.has(backup.source)) newest.set(backup.source, backup);
  const first = [...newest.values()];
  const lines: Line[] =
    first.length === 0
      ? []
      : [{ heading: first.length === 1 ? 'The newest good one' : 'The newest good one of each database' }];
  lines.push(...first.map((backup) => ({ backup })));
  let day = '';
  for (const backup of backups) {
    if (first.includes(backup)) continue;
    const taken = dayOf(backup.createdAt);
    if (taken !== day) lines.push({ heading: taken });
    day = taken;
    lines.push({ backup });
  }
  return lines;
}

function dayOf(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

function since(iso: string): string {
  return formatAge((Date.now() - Date.parse(iso)) / 1000);
}
