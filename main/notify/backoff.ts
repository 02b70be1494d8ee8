const firstMs = 30_000;
const longestMs = 30 * 60_000;
const longestAskedMs = 60 * 60_000;

/** What was not delivered for this long is given up: whoever reads it then has seen the console before. */
export const giveUpAfterMs = 3 * 24 * 60 * 60_000;
/** How often a service may refuse the very same message. */
export const refusalsUntilGivenUp = 3;

/**
 * How long a channel rests after it has failed: twice as long each time, from half a minute to half an hour, less up to
 * a half by chance; and at least as long as the service asks, up to an hour.
 * @param failures in a row, at least 1. @param chance from 0 to 1.
 */
export function restMs(failures: number, retryAfterSeconds: number | null, chance: number): number {
  const backoff = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 10)) * (1 - chance / 2);
  return Math.round(Math.max(backoff, Math.min(longestAskedMs, (retryAfterSeconds ?? 0) * 1000)));
}
