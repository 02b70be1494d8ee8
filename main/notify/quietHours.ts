import type { QuietHours, SelfTest } from '../../shared/channel.ts';

/** What a clock on the wall of a zone shows. */
interface WallClock {
  /** `2026-11-22` */
  date: string;
  /** `02:30` */
  time: string;
}

function wallClock(now: Date, timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

/** Whether the quiet hours are on. Equal ends mean none. Only the wall counts, so that DST needs no rule of its own. */
export function isQuiet({ from, to, timeZone }: QuietHours, now: Date): boolean {
  const { time } = wallClock(now, timeZone);
  if (from <= to) return from <= time && time < to;
  return time >= from || time < to;
}

/**
 * The newest moment at which the weekly sign of life was due, by the wall of its zone: `2026-11-16T09:00`. A time that
 * DST skips counts from the first moment after it; one that comes twice is the same moment.
 */
export function selfTestSlot({ weekday, time, timeZone }: SelfTest, now: Date): string {
  const wall = wallClock(now, timeZone);
  const day = new Date(`${wall.date}T00:00:00Z`);
  const back = (day.getUTCDay() - weekday + 7) % 7;
  day.setUTCDate(day.getUTCDate() - (back === 0 && wall.time < time ? 7 : back));
  return `${day.toISOString().slice(0, 10)}T${time}`;
}

/** Whether a moment of a wall lies after another moment: what was set up later than a slot has no part in it. */
export function isBeforeSlot(moment: Date, slot: string, timeZone: string): boolean {
  const { date, time } = wallClock(moment, timeZone);
  return `${date}T${time}` < slot;
}
