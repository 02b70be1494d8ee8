/** One line of the schedule that a machine starts with. */
interface ScheduledJob {
  job: string;
  when: string;
  does: string;
  /** Whether this version can already do it when it is asked. */
  byHand: boolean;
}

/** What will run, and when, in the time zone of the machine. */
export const defaultSchedule: readonly ScheduledJob[] = [
  {
    job: 'Full backup',
    when: 'daily 02:00',
    does: 'dumps, seals and copies the database to every store',
    byHand: true,
  },
  { job: 'Tenant backups', when: 'Sunday 03:00', does: 'the same for each shop, exactly its rows', byHand: false },
  { job: 'WAL', when: 'continuous', does: 'keeps every change of the last 7 days', byHand: false },
  { job: 'Configuration', when: 'daily 04:00', does: 'keeps settings, roles and chosen files', byHand: false },
  { job: 'Clean-up', when: 'daily 05:00', does: 'removes what is too old, never the last good backup', byHand: false },
  { job: 'Integrity check', when: 'hourly', does: 'reads a sample of the copies back and compares', byHand: true },
  {
    job: 'Test restore',
    when: 'monthly, 1st 03:00',
    does: 'restores the newest backup, counts, drops it',
    byHand: true,
  },
  { job: 'Drill', when: 'monthly', does: 'the whole disaster recovery, with a clock', byHand: false },
  { job: 'Health', when: 'every 5 min', does: 'looks at stores, capacity, clocks and the database', byHand: false },
];

/**
 * The line that has the system itself take a full backup every night.
 * @param platform as Node names it, such as `linux 6.1`.
 */
export function nightlyBackupLine(platform: string, home: string, source: string): string {
  if (platform.startsWith('win32'))
    return `schtasks /Create /SC DAILY /ST 02:00 /TN "Strongroom ${source}" /TR "strongroom --home \\"${home}\\" backup full ${source}"`;
  // Cron reads a bare % as the end of the line.
  const path = /^[\w./@+-]+$/.test(home) ? home : `'${home.replaceAll("'", "'\\''").replaceAll('%', '\\%')}'`;
  return `0 2 * * * strongroom --home ${path} backup full ${source}`;
}
