import { Button } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import type { Drill } from '../../../shared/drill.ts';
import { formatDuration, formatMoment } from '../../../shared/format.ts';
import { sentence } from '../../act.ts';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Moment } from '../../components/Moment.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { timeOfId } from '../../jobWords.ts';
import { useAnswer } from '../../useAnswer.ts';
import { clockAndDay } from '../../when.ts';
import { drillMark, drillSentence } from './drillWords.ts';

const columns: Column<Drill>[] = [
  { key: 'state', head: 'State', width: '176px', cell: (drill) => <StateMark {...drillMark(drill)} /> },
  {
    key: 'when',
    head: 'When',
    width: '120px',
    cell: ({ id, startedAt }) => (
      <Link href={`/restore/drills/${id}`} tabIndex={-1}>
        <Moment at={startedAt} />
      </Link>
    ),
  },
  { key: 'source', head: 'Source', width: 'minmax(90px, 0.5fr)', cell: ({ source }) => source },
  {
    key: 'backup',
    head: 'Backup of',
    width: '150px',
    cell: ({ backupId }) => clockAndDay(timeOfId(backupId).toISOString(), new Date()),
    title: ({ backupId }) => formatMoment(timeOfId(backupId).toISOString()),
  },
  {
    key: 'where',
    head: 'Where',
    width: 'minmax(150px, 0.7fr)',
    cell: ({ server }) => server.replace(/^.*@/, ''),
    title: ({ server }) => server,
  },
  {
    key: 'took',
    head: 'Took',
    width: '90px',
    right: true,
    cell: ({ report }) => (report ? formatDuration(report.seconds) : '–'),
  },
  {
    key: 'so',
    head: 'What it showed',
    width: 'minmax(220px, 1.5fr)',
    cell: (drill) => sentence(drillSentence(drill)),
    title: (drill) => sentence(drillSentence(drill)),
  },
];

/** Every test restore, newest first. */
export function Drills() {
  const [, navigate] = useLocation();
  const { value, failure, again } = useAnswer('drills.list', { source: null, limit: 1000 }, ['restores', 'jobs']);
  return (
    <>
      <PageHead title="Test restores">
        <Button variant="default" component={Link} href="/restore">
          All restores
        </Button>
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the test restores" />}
      {value && value.drills.length === 0 && (
        <EmptyState title="No test restore yet">
          It restores the newest good backup into a throw-away database, compares everything, and removes it again.
          Prove it now on the Overview makes one.
        </EmptyState>
      )}
      {value && value.drills.length > 0 && (
        <DataTable
          label="Test restores, newest first"
          columns={columns}
          count={value.drills.length}
          rowAt={(index) => value.drills[index]}
          onOpen={({ id }) => navigate(`/restore/drills/${id}`)}
          leastWidth={1000}
        />
      )}
    </>
  );
}
