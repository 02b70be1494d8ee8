import { Link, useLocation } from 'wouter';
import { formatDuration, formatMoment } from '../../../shared/format.ts';
import type { Restore } from '../../../shared/restore.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { Moment } from '../../components/Moment.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { timeOfId } from '../../jobWords.ts';
import { clockAndDay } from '../../when.ts';
import { outcomeOf } from './outcome.ts';
import style from './restore.module.css';

const columns: Column<Restore>[] = [
  {
    key: 'state',
    head: 'State',
    width: 'minmax(170px, 0.5fr)',
    cell: (restore) => {
      const { tone, word } = outcomeOf(restore);
      return <StateMark tone={tone} word={word} />;
    },
  },
  {
    key: 'when',
    head: 'When',
    width: '100px',
    cell: ({ id, startedAt }) => (
      <Link href={`/restore/${id}`} tabIndex={-1}>
        <Moment at={startedAt} />
      </Link>
    ),
  },
  {
    key: 'source',
    head: 'Database',
    width: 'minmax(92px, 0.5fr)',
    cell: ({ source }) => source,
    title: ({ source }) => source,
  },
  {
    key: 'backup',
    head: 'Backup of',
    width: '168px',
    cell: ({ backupId }) => clockAndDay(timeOfId(backupId).toISOString(), new Date()),
    title: ({ backupId }) => formatMoment(timeOfId(backupId).toISOString()),
  },
  {
    key: 'into',
    head: 'Into',
    width: 'minmax(92px, 1fr)',
    cell: ({ heldAs, target, server }) => (
      <>
        {heldAs ?? target} <span className={style.dim}>on {server.replace(/^.*@/, '')}</span>
      </>
    ),
    title: ({ heldAs, target, server }) => `${heldAs ?? target} on ${server}`,
  },
  { key: 'so', head: 'Outcome', width: 'minmax(150px, 2fr)', cell: said, title: said },
  {
    key: 'took',
    head: 'Took',
    width: '92px',
    right: true,
    cell: ({ durationSeconds }) => (durationSeconds === null ? '–' : formatDuration(durationSeconds)),
  },
  {
    key: 'data',
    head: 'Data',
    width: '80px',
    right: true,
    cell: ({ restoredBytes }) => (restoredBytes === null ? '–' : <Bytes of={restoredBytes} />),
  },
];

/** The list of restores, newest first; one is opened by a click or by Enter. */
export function HistoryTable({ restores }: { restores: readonly Restore[] }) {
  const [, navigate] = useLocation();
  return (
    <DataTable
      label="Restores, newest first"
      columns={columns}
      count={restores.length}
      rowAt={(index) => restores[index]}
      onOpen={({ id }) => navigate(`/restore/${id}`)}
      leastWidth={964}
    />
  );
}

/** What is to be done first: it matters more than what is so. */
function said(restore: Restore): string {
  const { advice, sentence } = outcomeOf(restore);
  return advice === null ? sentence : `${advice} ${sentence}`;
}
