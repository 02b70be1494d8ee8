export const periods = ['day', 'week', 'month', 'year'] as const;
export type Period = (typeof periods)[number];

const dayMs = 86_400_000;
/** Days begin at a quarter of an hour in every zone since 1972. */
const quarterMs = 900_000;

/**
 * Names the day, week (ISO 8601), month or year of a moment as a clock in the zone shows it.
 * It is asked for every backup that there is, so what a quarter of an hour is called is asked of the system once.
 */
export function periodNamer(zone: string): (moment: number, period: Period) => string {
  // Sweden writes days as ISO 8601 does; asking for the parts one by one takes three times as long.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const quarters = new Map<number, Record<Period, string>>();
  return (moment, period) => {
    const quarter = Math.floor(moment / quarterMs);
    const known = quarters.get(quarter);
    if (known !== undefined) return known[period];
    const day = format.format(quarter * quarterMs);
    const names = { day, week: isoWeek(day), month: day.slice(0, 7), year: day.slice(0, 4) };
    quarters.set(quarter, names);
    return names[period];
  };
}

/** `2026-W01`: a week belongs to the year in which its Thursday lies. */
function isoWeek(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  const weekday = (new Date(at).getUTCDay() + 6) % 7;
  const thursday = at + (3 - weekday) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / dayMs / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
