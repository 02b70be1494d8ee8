import '@mantine/charts/styles.css';
import { LineChart, type LineChartSeries } from '@mantine/charts';
import { formatBytes, formatDuration } from '../../../shared/format.ts';
import { clockAndDay, shortDay } from '../../when.ts';
import type { TrendPoint } from './trendPoints.ts';

const series: Record<'size' | 'duration', LineChartSeries[]> = {
  size: [
    { name: 'sizeBytes', label: 'As stored', color: 'var(--state-working-fill)' },
    { name: 'plainBytes', label: 'Before compression', color: 'var(--state-unknown-fill)', strokeDasharray: '6 3' },
  ],
  duration: [{ name: 'durationSeconds', label: 'Took', color: 'var(--state-working-fill)' }],
};

/** A line through the good backups, true to time and from zero. Its numbers stand in the table beside it. */
export function TrendChart({ kind, points }: { kind: 'size' | 'duration'; points: TrendPoint[] }) {
  const first = points[0];
  const last = points.at(-1);
  const format = kind === 'size' ? formatBytes : formatDuration;
  const value = (point: TrendPoint | undefined) => (kind === 'size' ? point?.sizeBytes : point?.durationSeconds) ?? 0;
  const words = `${points.length} backups, from ${format(value(first))} to ${format(value(last))}`;
  return (
    <div role="img" aria-label={words}>
      <LineChart
        h={180}
        data={points.map((point) => ({ ...point }))}
        dataKey="time"
        series={series[kind]}
        curveType="linear"
        withLegend={kind === 'size'}
        legendProps={{ verticalAlign: 'bottom', height: 28 }}
        withDots={points.length <= 40}
        strokeWidth={2}
        accessibilityLayer={false}
        valueFormatter={format}
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ margin: { top: 10, right: 16 } }}
        xAxisProps={{
          type: 'number',
          scale: 'time',
          domain: ['dataMin', 'dataMax'],
          tickFormatter: (time: number) => shortDay(new Date(time)),
        }}
        yAxisProps={{ width: 76, domain: [0, 'auto'], tickCount: 4, interval: 0 }}
        tooltipProps={{
          labelFormatter: (time) =>
            typeof time === 'number' ? clockAndDay(new Date(time).toISOString(), new Date()) : '',
        }}
      />
    </div>
  );
}
