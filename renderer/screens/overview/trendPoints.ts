import type { BackupPoint } from '../../../shared/contract/backups.ts';
import { dayOf } from '../../when.ts';

/** Of a line: more of them are not told apart on a screen. */
const mostPoints = 120;

export interface TrendPoint {
  id: string;
  /** Milliseconds since 1970, so that the line is true to time. */
  time: number;
  sizeBytes: number;
  plainBytes: number;
  durationSeconds: number | null;
}

/** The good backups of a trend, oldest first; of many, the last one of each day. */
export function trendPoints(points: readonly BackupPoint[]): { points: TrendPoint[]; lastOfDay: boolean } {
  const good = points
    .filter(({ status, kind }) => kind === 'FULL_DATABASE' && (status === 'COMPLETED' || status === 'VERIFIED'))
    .map(({ id, createdAt, sizeBytes, plainBytes, durationSeconds }) => ({
      id,
      time: Date.parse(createdAt),
      sizeBytes,
      plainBytes,
      durationSeconds,
    }));
  if (good.length <= mostPoints) return { points: good, lastOfDay: false };
  const byDay = new Map(good.map((point) => [dayOf(new Date(point.time)), point]));
  return { points: [...byDay.values()], lastOfDay: true };
}
