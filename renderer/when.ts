const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const two = (value: number) => String(value).padStart(2, '0');

/** `14:05`, in the zone of whoever looks. */
function clockOf(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `14:05 today`, `14:05 yesterday`, `14:05 on 18 Nov`, and with the year where it is another one. */
export function clockAndDay(iso: string, now: Date): string {
  const date = new Date(iso);
  const clock = clockOf(date);
  if (dayOf(date) === dayOf(now)) return `${clock} today`;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (dayOf(date) === dayOf(yesterday)) return `${clock} yesterday`;
  const year = date.getFullYear() === now.getFullYear() ? '' : ` ${date.getFullYear()}`;
  return `${clock} on ${shortDay(date)}${year}`;
}

/** `18 Nov` */
export function shortDay(date: Date): string {
  return `${date.getDate()} ${months[date.getMonth()]}`;
}

/** `2026-11-18`: the day as the one who looks lives it. */
export function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The midnight with which a day of `dayOf` begins. */
export function startOfDay(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}

/** A range as a person says it: `6-9 min`, `20-40 s`, `about 2 h`. */
export function durationRange({ least, most }: { least: number; most: number }): string {
  const [size, unit] = most < 90 ? [1, 's'] : most < 5400 ? [60, 'min'] : [3600, 'h'];
  const digits = unit === 'h' ? 1 : 0;
  const low = Math.max(digits === 0 ? 1 : 0.1, least / size).toFixed(digits);
  const high = Math.max(digits === 0 ? 1 : 0.1, most / size).toFixed(digits);
  return low === high ? `${high} ${unit}` : `${low}-${high} ${unit}`;
}
