import { Cron } from 'croner';
import { Failure } from '../../shared/failure.ts';
import type { Rule } from '../../shared/schedule.ts';
import { checkZone, stretchAt, type Stretch } from './zoneOffsets.ts';

/** A rule that has no run within this time has none at all. */
const farthestMs = 12 * 366 * 86_400_000;

/** A cron expression, with the newest match that was looked for: nothing matches between `after` and `match`. */
interface Reading {
  cron: Cron;
  after: number;
  match: number | null;
}
const readings = new Map<string, Reading>();

/** @throws SCHEDULE_WRONG, ZONE_UNKNOWN */
export function checkRule({ cron, zone }: Rule): void {
  checkZone(zone);
  if (!readingOf(cron).cron.nextRun(new Date(0)))
    throw new Failure('SCHEDULE_WRONG', `“${cron}” is never`, 'Choose a day that every month, or some month, has.');
}

/**
 * The first run after a moment, or null where there is none.
 *
 * A rule means the clock on the wall. What would be in the hour that is left out in spring runs at the first moment
 * after it, and what would be in the hour that comes twice in autumn runs in the first one only. A rule for every hour
 * goes by the time that passes: each hour that there really is, once.
 * @throws SCHEDULE_WRONG, ZONE_UNKNOWN
 */
export function nextRun(rule: Rule, after: number): number | null {
  const cron = readingOf(rule.cron);
  const everyHour = rule.cron.trim().split(/\s+/)[1] === '*';
  let stretch = stretchAt(rule.zone, after);
  while (stretch.start - after < farthestMs) {
    const found = everyHour ? matchIn(cron, stretch, after + stretch.offset) : wallRunIn(cron, stretch, after);
    if (found !== null) return found;
    stretch = stretchAt(rule.zone, stretch.end);
  }
  return null;
}

/** The newest run within (after, through], or null; and how many there are before it in there, at most `countMost`. */
export function lastRun(rule: Rule, after: number, through: number): { nominal: number; missed: number } | null {
  const first = nextRun(rule, after);
  if (first === null || first > through) return null;
  let missed = 0;
  let nominal = first;
  // Counted one by one while they are few; from there on only the newest is looked for.
  for (; missed < countMost; missed++) {
    const next = nextRun(rule, nominal);
    if (next === null || next > through) return { nominal, missed };
    nominal = next;
  }
  for (let back = 60_000; through - back > nominal; back *= 2) {
    const near = nextRun(rule, through - back);
    if (near === null || near > through) continue;
    nominal = near;
    break;
  }
  for (let next = nextRun(rule, nominal); next !== null && next <= through; next = nextRun(rule, nominal))
    nominal = next;
  return { nominal, missed };
}

/** Missed runs are counted up to here. */
const countMost = 500;

function wallRunIn(cron: Reading, { start, end, offset, before }: Stretch, after: number): number | null {
  // Spring: the walls of before up to those of now were left out, and their runs come at the start of the stretch.
  if (offset > before && after < start) {
    const leftOut = wallMatch(cron, start + before - 1);
    if (leftOut !== null && leftOut < start + offset) return start;
  }
  // Autumn: up to the wall of before everything was there already.
  const from = before > offset ? Math.max(after + offset, start + before - 1) : after + offset;
  return matchIn(cron, { start, end, offset, before }, from);
}

/** The first match after a wall time, as a moment of the stretch. */
function matchIn(cron: Reading, { start, end, offset }: Stretch, afterWall: number): number | null {
  const wall = wallMatch(cron, Math.max(afterWall, start + offset - 1));
  return wall === null || wall - offset >= end ? null : wall - offset;
}

/** Wall times are carried as if they were UTC. */
function wallMatch(reading: Reading, afterWall: number): number | null {
  const known = reading.match !== null && reading.after <= afterWall && afterWall < reading.match;
  if (!known) {
    reading.after = afterWall;
    reading.match = reading.cron.nextRun(new Date(afterWall))?.getTime() ?? null;
  }
  return reading.match;
}

function readingOf(expression: string): Reading {
  let reading = readings.get(expression);
  if (reading) return reading;
  try {
    if (expression.trim().split(/\s+/).length !== 5) throw new Error('it has five fields');
    const cron = new Cron(expression, { paused: true, utcOffset: 0, mode: '5-part' });
    reading = { cron, after: 0, match: null };
  } catch (error) {
    throw new Failure(
      'SCHEDULE_WRONG',
      `“${expression}” is no schedule`,
      'Give five fields: minute, hour, day of the month, month, day of the week; such as 0 2 * * * for every day at 02:00.',
      { details: { reason: (error as Error).message }, cause: error },
    );
  }
  readings.set(expression, reading);
  return reading;
}
