import { Failure } from '../../shared/failure.ts';

/** A stretch of time in which a zone keeps one offset. Times in milliseconds since 1970. */
export interface Stretch {
  start: number;
  /** The first moment after it. */
  end: number;
  /** Local time minus UTC. */
  offset: number;
  /** That of the moment before `start`. */
  before: number;
}

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const years = new Map<string, Stretch[]>();

/** @throws ZONE_UNKNOWN */
export function checkZone(zone: string): void {
  formatOf(zone);
}

/** The stretch around a moment; cut at the turn of each year (UTC), where `before` equals `offset`. */
export function stretchAt(zone: string, at: number): Stretch {
  const year = new Date(at).getUTCFullYear();
  const key = `${zone} ${year}`;
  let stretches = years.get(key);
  if (!stretches) years.set(key, (stretches = stretchesOf(zone, year)));
  return stretches.find(({ end }) => at < end)!;
}

function stretchesOf(zone: string, year: number): Stretch[] {
  const end = Date.UTC(year + 1, 0, 1);
  const found: Stretch[] = [];
  let start = Date.UTC(year, 0, 1);
  let before = offsetAt(zone, start - 1);
  while (start < end) {
    const offset = offsetAt(zone, start);
    const next = changeAfter(zone, start, offset, end);
    found.push({ start, end: next, offset, before });
    before = offset;
    start = next;
  }
  return found;
}

/** The first moment with another offset, or `end`. Looks at every day: no zone changes twice within one. */
function changeAfter(zone: string, start: number, offset: number, end: number): number {
  for (let day = start; day < end; day += dayMs) {
    let late = Math.min(day + dayMs, end);
    if (offsetAt(zone, late) === offset) continue;
    let early = day;
    while (late - early > 1000) {
      const middle = early + Math.floor((late - early) / 2000) * 1000;
      if (offsetAt(zone, middle) === offset) early = middle;
      else late = middle;
    }
    return late;
  }
  return end;
}

function offsetAt(zone: string, at: number): number {
  const name = formatOf(zone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name ?? '') ?? [];
  const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -offset : offset;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format) return format;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch (error) {
    throw new Failure(
      'ZONE_UNKNOWN',
      `there is no time zone ${zone}`,
      'Name it as the IANA does, such as Europe/Berlin, or UTC.',
      { cause: error },
    );
  }
  formats.set(zone, format);
  return format;
}
