/** A rule as most people think of it; what is none of these is written as cron. */
export interface SimpleRule {
  every: 'hour' | 'day' | 'week' | 'month';
  /** `02:00`; of an hourly rule only the minutes count. */
  time: string;
  /** Of a weekly rule; 0 is Sunday. */
  weekdays: number[];
  /** Of a monthly rule. */
  day: number;
}

export const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** The simple rule that a cron expression says; null where it says something else. */
export function readRule(cron: string): SimpleRule | null {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = cron.trim().split(/\s+/);
  if (more.length > 0 || month !== '*' || !isNumber(minute, 59)) return null;
  const rule: SimpleRule = { every: 'day', time: clock(hour === '*' ? '0' : hour, minute), weekdays: [0], day: 1 };
  if (hour === '*') return day === '*' && weekday === '*' ? { ...rule, every: 'hour' } : null;
  if (!isNumber(hour, 23)) return null;
  if (day === '*' && weekday === '*') return rule;
  if (weekday === '*') return isNumber(day, 31) && day !== '0' ? { ...rule, every: 'month', day: Number(day) } : null;
  const weekdays = weekday.split(',');
  if (day !== '*' || !weekdays.every((one) => isNumber(one, 7))) return null;
  return { ...rule, every: 'week', weekdays: weekdays.map((one) => Number(one) % 7) };
}

/** The cron expression of a simple rule; '' while it is not whole. */
export function cronOf({ every, time, weekdays, day }: SimpleRule): string {
  const [hour = NaN, minute = NaN] = time.split(':').map(Number);
  if (!Number.isInteger(hour) || !Number.isInteger(minute)) return '';
  if (every === 'hour') return `${minute} * * * *`;
  if (every === 'day') return `${minute} ${hour} * * *`;
  if (every === 'month') return `${minute} ${hour} ${day} * *`;
  return weekdays.length === 0 ? '' : `${minute} ${hour} * * ${weekdays.toSorted((a, b) => a - b).join(',')}`;
}

function isNumber(text: string, most: number): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) <= most;
}

function clock(hour: string, minute: string): string {
  return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}
