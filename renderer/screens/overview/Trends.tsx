import { NativeSelect, Text } from '@mantine/core';
import { Suspense, useMemo, useState } from 'react';
import { formatDuration, formatMoment } from '../../../shared/format.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { ChartOrTable } from '../../components/ChartOrTable.tsx';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { goTo } from '../../hashLocation.ts';
import { lazyPart } from '../../lazyPart.ts';
import { useAnswer } from '../../useAnswer.ts';
import look from './Overview.module.css';
import { trendPoints, type TrendPoint } from './trendPoints.ts';

const TrendChart = lazyPart(async () => (await import('./TrendChart.tsx')).TrendChart);

const spans = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
];

/** How the size and the duration of one database's backups have gone. */
export function Trends({ sources }: { sources: readonly string[] }) {
  const [source, setSource] = useState(sources[0] ?? '');
  const [days, setDays] = useState('90');
  const chosen = sources.includes(source) ? source : (sources[0] ?? '');
  const ask = { source: chosen, kind: 'FULL_DATABASE', days: Number(days) } as const;
  const { value, failure, again } = useAnswer('backups.points', ask, ['backups']);
  const { points, lastOfDay } = useMemo(() => trendPoints(value?.points ?? []), [value]);
  if (!value && failure) return <FailureNotice failure={failure} onRetry={again} />;

  const aside = (what: string) => (
    <>
      {sources.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label={`${what}: of which database`}
          value={chosen}
          data={[...sources]}
          onChange={(event) => setSource(event.currentTarget.value)}
          maw={180}
        />
      )}
      <NativeSelect
        size="xs"
        aria-label={`${what}: over how long`}
        value={days}
        data={spans}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
    </>
  );
  const table = (
    <DataTable
      label="Good backups"
      columns={columns}
      count={points.length}
      rowAt={(index) => points[points.length - 1 - index]}
      onOpen={({ id }) => goTo(`/backups/${id}`)}
      leastWidth={420}
      maxHeight={220}
    />
  );
  const chart = (kind: 'size' | 'duration') =>
    !value ? (
      <Loading what="the trends" />
    ) : points.length < 2 ? (
      <Text size="sm" c="dimmed">
        {points.length === 0 ? 'No good backup in this time.' : 'One good backup in this time: a line needs two.'}
      </Text>
    ) : (
      <Suspense fallback={<Loading what="the chart" />}>
        <TrendChart kind={kind} points={points} />
        {lastOfDay && (
          <Text size="xs" c="dimmed">
            The last backup of each day.
          </Text>
        )}
      </Suspense>
    );
  return (
    <div className={look.columns}>
      <ChartOrTable title="Size of the backups" aside={aside('Size')} chart={chart('size')} table={table} />
      <ChartOrTable title="How long they took" aside={aside('Duration')} chart={chart('duration')} table={table} />
    </div>
  );
}

const columns: Column<TrendPoint>[] = [
  {
    key: 'time',
    head: 'Taken',
    width: 'minmax(140px, 1.4fr)',
    cell: ({ id, time }) => (
      <a href={`#/backups/${id}`} tabIndex={-1}>
        {formatMoment(new Date(time).toISOString()).slice(0, 16)}
      </a>
    ),
  },
  {
    key: 'size',
    head: 'Size',
    width: 'minmax(85px, 1fr)',
    right: true,
    cell: ({ sizeBytes }) => <Bytes of={sizeBytes} />,
  },
  {
    key: 'plain',
    head: 'Before',
    width: 'minmax(85px, 1fr)',
    right: true,
    title: () => 'Before compression',
    cell: ({ plainBytes }) => <Bytes of={plainBytes} />,
  },
  {
    key: 'duration',
    head: 'Took',
    width: 'minmax(95px, 1fr)',
    right: true,
    cell: ({ durationSeconds }) => (durationSeconds === null ? '–' : formatDuration(durationSeconds)),
  },
];
