import { Button } from '@mantine/core';
import { IconRosetteDiscountCheck } from '@tabler/icons-react';
import { useState } from 'react';
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
import { NewDrill } from './NewDrill.tsx';

const columns: Column<Drill>[] = [
  { key: 'state', head: 'State', width: 'minmax(104px, 0.5fr)', cell: (drill) => <StateMark {...drillMark(drill)} /> },
  {
    key: 'when',
    head: 'When',
    width: '100px',
    cell: ({ id, startedAt }) => (
      <Link href={`/restore/drills/${id}`} tabIndex={-1}>
        <Moment at={startedAt} />
      </Link>
    ),
  },
  {
    key: 'source',
    head: 'Database',
    width: 'minmax(92px, 0.5fr)',
    title: ({ source }) => source,
    cell: ({ source }) => source,
  },
  {
    key: 'backup',
    head: 'Backup of',
    width: '168px',
    cell: ({ backupId }) => clockAndDay(timeOfId(backupId).toISOString(), new Date()),
    title: ({ backupId }) => formatMoment(timeOfId(backupId).toISOString()),
  },
  {
    key: 'where',
    head: 'Where',
    width: 'minmax(92px, 0.7fr)',
    cell: ({ server }) => server.replace(/^.*@/, ''),
    title: ({ server }) => server,
  },
  {
    key: 'took',
    head: 'Took',
    width: '84px',
    right: true,
    cell: ({ report }) => (report ? formatDuration(report.seconds) : '–'),
  },
  {
    key: 'so',
    head: 'What it showed',
    width: 'minmax(150px, 2fr)',
    cell: (drill) => sentence(drillSentence(drill)),
    title: (drill) => sentence(drillSentence(drill)),
  },
];

/** Every test restore, newest first. */
export function Drills() {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const sources = useAnswer('sources.list', {}, ['sources']).value?.sources ?? [];
  const { value, failure, again } = useAnswer('drills.list', { source: null, limit: 1000 }, ['restores', 'jobs']);
  const start = (
    <Button
      leftSection={<IconRosetteDiscountCheck size={16} aria-hidden />}
      disabled={sources.length === 0}
      onClick={() => setAsking(true)}
    >
      New test restore…
    </Button>
  );
  return (
    <>
      <PageHead title="Test restores">
        <Button variant="default" component={Link} href="/restore">
          All restores
        </Button>
        {value && value.drills.length > 0 && start}
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the test restores" />}
      {value && value.drills.length === 0 && (
        <EmptyState title="No test restore yet" action={start}>
          It restores the newest good backup into a throw-away database, compares everything, and removes it again.
        </EmptyState>
      )}
      {value && value.drills.length > 0 && (
        <DataTable
          label="Test restores, newest first"
          columns={columns}
          count={value.drills.length}
          rowAt={(index) => value.drills[index]}
          onOpen={({ id }) => navigate(`/restore/drills/${id}`)}
          leastWidth={780}
        />
      )}
      <NewDrill sources={sources.map(({ name }) => name)} opened={asking} onClose={() => setAsking(false)} />
    </>
  );
}
