/** The zone of whoever looks. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `Mon 23 Nov, 02:00`, in a zone; with the year where it is another one than now. */
export function timeIn(zone: string, iso: string): string {
  const moment = new Date(iso);
  const year = moment.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const };
  return moment.toLocaleString('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...year,
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** `2026-11-23T18:00` of a form, as a moment; null where it is none. */
export function momentOf(local: string): Date | null {
  const moment = new Date(local);
  return local === '' || Number.isNaN(moment.getTime()) ? null : moment;
}

/** A moment as a form wants it, in the zone of whoever looks. */
export function formTime(moment: Date): string {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
