import { formatMoment } from '../../shared/format.ts';

/** What the newest health check saw of a store or a database, in a cell of a list. */
export function seenWords(seenAt: string | null, failure: { code: string } | null): string {
  if (seenAt === null) return 'not looked at yet';
  return `${failure ? failure.code : 'well'}, ${formatMoment(seenAt)}`;
}
