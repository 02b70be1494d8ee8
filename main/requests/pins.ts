import { formatDuration, formatMoment } from '../../shared/format.ts';
import { Failure } from '../../shared/failure.ts';
import type { Console } from '../console/console.ts';
import { hashPin, isPin } from '../secrets/pinHash.ts';
import { personNotFound, type KnownPerson } from '../state/people.ts';

/** So many wrong PINs cost nothing but the typing. */
const freeAttempts = 3;
const firstLockOutMs = 30_000;
const longestLockOutMs = 3_600_000;

/** How long nobody may try after so many wrong PINs: nothing, then 30 s, then each time twice as long, at most an hour. */
export function lockOutMs(wrongPins: number): number {
  if (wrongPins < freeAttempts) return 0;
  return Math.min(longestLockOutMs, firstLockOutMs * 2 ** (wrongPins - freeAttempts));
}

/**
 * Whose PIN this is. A try is counted before the PIN is looked at, so that neither many tries at once nor a killed
 * process gets one for nothing; the right PIN forgets what was counted.
 * @throws PERSON_NOT_FOUND, PIN_WRONG, PIN_LOCKED_OUT
 */
export async function provePin(console: Console, personId: number, pin: string, now: number): Promise<KnownPerson> {
  const person = console.people.get(personId);
  if (!person) throw personNotFound();
  refuseLockedOut(person, now);
  const wrongPins = person.failedAttempts + 1;
  const pause = lockOutMs(wrongPins);
  const lockedUntil = pause === 0 ? null : new Date(now + pause).toISOString();
  console.people.noteAttempt(personId, wrongPins, lockedUntil);

  const stored = await console.secrets.get(`${secretPrefix(personId)}hash`);
  if (stored === null)
    throw new Failure(
      'PIN_WRONG',
      `the PIN of ${person.name} is not kept on this machine any more`,
      'Another owner can remove this person and add them again with a new PIN.',
    );
  if (await isPin(pin, stored)) {
    console.people.noteAttempt(personId, 0, null);
    return person;
  }
  if (lockedUntil !== null) throw lockedOut({ ...person, failedAttempts: wrongPins }, lockedUntil, now);
  const triesLeft = freeAttempts - wrongPins;
  throw new Failure(
    'PIN_WRONG',
    `this is not the PIN of ${person.name}`,
    `Try again: ${triesLeft === 1 ? 'one more try' : `${triesLeft} more tries`}, then there is a pause of ${formatDuration(firstLockOutMs / 1000)}.`,
    { details: { triesLeft } },
  );
}

/** Keeps the hash of a new PIN in the sealed secret file. */
export async function keepPin(console: Console, personId: number, pin: string): Promise<void> {
  await console.secrets.set(`${secretPrefix(personId)}hash`, await hashPin(pin));
}

export function forgetPin(console: Console, personId: number): Promise<void> {
  return console.secrets.forget(secretPrefix(personId));
}

/** Ends with a mark, so that forgetting person 1 does not forget person 12. */
function secretPrefix(personId: number): string {
  return `pin:${personId}:`;
}

function refuseLockedOut(person: KnownPerson, now: number): void {
  if (person.lockedUntil === null) return;
  const left = Date.parse(person.lockedUntil) - now;
  // One that is further away was written under a clock that was wrong: nobody shall wait for years.
  if (left > 0 && left <= longestLockOutMs) throw lockedOut(person, person.lockedUntil, now);
}

function lockedOut({ name, failedAttempts }: KnownPerson, until: string, now: number): Failure {
  const seconds = Math.max(1, Math.ceil((Date.parse(until) - now) / 1000));
  return new Failure(
    'PIN_LOCKED_OUT',
    `the PIN of ${name} was wrong ${failedAttempts} times: no more tries until ${formatMoment(until)}`,
    `Wait ${formatDuration(seconds)} and try again. Each wrong PIN doubles the wait, up to one hour.`,
    { details: { until, triesLeft: 0 } },
  );
}
