import { z } from 'zod';
import type { AccessState } from '../../shared/contract/access.ts';
import { roles, type RequestDefinition, type Role } from '../../shared/contract/define.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Workspace } from '../console/workspace.ts';
import type { KnownPerson } from '../state/people.ts';
import { auditSubject } from './auditSubject.ts';
import { systemClock, type Clock } from '../jobs/clock.ts';
import { osUser } from '../console/osUser.ts';
import { provePin } from './pins.ts';

const minuteMs = 60_000;
const freshMs = 5 * minuteMs;
/** How often an unlocked window looks whether it has to lock itself. */
const lookMs = 10_000;
const usualIdleLockMinutes = 10;
const idleLockPreference = 'idleLockMinutes';

/** Somebody has unlocked this window. */
interface Unlocked {
  personId: number;
  /** Of the PIN that was given. */
  pinSetAt: string;
  pinGivenAt: number;
  /** When the person was last seen to do something. */
  activeAt: number;
  stopLooking: () => void;
}

/**
 * One window's (or one browser's) standing: who unlocked it, until when.
 *
 * Where nobody has a PIN yet, everybody is an owner. As soon as somebody has one, a window is a viewer's until it is
 * unlocked, and it locks itself when its person was idle, was removed, or got another PIN elsewhere.
 *
 * Idle means: no request that changes something, no PIN, and no `touch()`. Requests that only read do not count,
 * because an open page makes them by itself.
 */
export class Session {
  readonly clock: Clock;
  private readonly workspace: Workspace;
  private readonly listeners = new Set<(state: AccessState) => void>();
  private unlocked: Unlocked | null = null;

  constructor(workspace: Workspace, { clock = systemClock }: { clock?: Clock } = {}) {
    this.workspace = workspace;
    this.clock = clock;
  }

  /** What this window may do now. */
  state(): AccessState {
    this.lockWhenDue();
    return this.standing();
  }

  /** Hears the new standing whenever the window was unlocked or locked, also by itself. @returns what ends it. */
  onChange(listener: (state: AccessState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The person moved the mouse or pressed a key: the window is not idle. One that is locked stays locked. */
  touch(): void {
    this.lockWhenDue();
    if (this.unlocked) this.unlocked.activeAt = this.clock.now();
  }

  /**
   * Lets a request through or refuses it. A locked window is a viewer's; where the right role alone would not do, it
   * hears at once that a PIN is needed.
   * @throws ROLE_NEEDED, PIN_NEEDED
   */
  authorise({ role, freshPin, changes }: RequestDefinition): void {
    const { role: own, person, people, freshUntil } = this.state();
    if (changes) this.touch();
    if (people.length === 0) return;
    const who = role === 'operator' ? 'an operator or an owner' : `${role === 'owner' ? 'an' : 'a'} ${role}`;
    if (!mayAct(own, role) && !(freshPin && person === null))
      throw new Failure(
        'ROLE_NEEDED',
        `this is for ${who}`,
        person
          ? `${person.name} is ${own === 'viewer' ? 'a' : 'an'} ${own}. Ask somebody who may, and let them give their PIN.`
          : 'This window is locked: give the PIN of somebody who may.',
        { details: { role } },
      );
    if (freshPin && freshUntil === null)
      throw new Failure(
        'PIN_NEEDED',
        `this needs the PIN of ${who}`,
        `Give it to go on. It counts for ${freshMs / minuteMs} minutes.`,
        { details: { role } },
      );
  }

  /** Does what was asked for, and writes into the audit log what came of it: also a refusal. */
  async audited<T>(name: string, ask: unknown, work: () => Promise<T>): Promise<T> {
    const before = this.whoAndWhat(ask);
    try {
      const value = await work();
      this.note({ ...before, action: name, outcome: 'done' });
      return value;
    } catch (error) {
      this.note({ ...before, action: name, outcome: this.codeOf(error) });
      throw error;
    }
  }

  /**
   * Unlocks the window with somebody's PIN, or makes the PIN of who unlocked it fresh again.
   * @throws PERSON_NOT_FOUND, PIN_WRONG, PIN_LOCKED_OUT
   */
  async unlock(personId: number, pin: string): Promise<AccessState> {
    const { console } = this.workspace;
    const before = this.whoAndWhat({ personId });
    try {
      const person = await provePin(console, personId, pin, this.clock.now());
      this.enter(person);
      this.note({ ...before, person: person.name, action: 'access.unlock', outcome: 'done' });
    } catch (error) {
      this.note({ ...before, action: 'access.unlock', outcome: this.codeOf(error) });
      throw error;
    }
    return this.state();
  }

  /** Takes somebody as who sits here; their PIN has just been given. */
  enter({ id: personId, pinSetAt }: KnownPerson): void {
    this.unlocked?.stopLooking();
    const now = this.clock.now();
    const stopLooking = this.clock.every(lookMs, () => this.lockWhenDue());
    this.unlocked = { personId, pinSetAt, pinGivenAt: now, activeAt: now, stopLooking };
    this.tellChange();
  }

  /** Also for a window that is closed for good. */
  lock(): void {
    if (!this.unlocked) return;
    this.unlocked.stopLooking();
    this.unlocked = null;
    this.tellChange();
  }

  setIdleLock(minutes: number): void {
    this.workspace.console.preferences.set(idleLockPreference, minutes);
  }

  private standing(): AccessState {
    const idleLockMinutes = this.idleLockMinutes();
    const people = this.workspace.ready ? this.workspace.console.people.all() : [];
    if (people.length === 0) return { role: 'owner', person: null, people, freshUntil: null, idleLockMinutes };
    const person = people.find(({ id }) => id === this.unlocked?.personId);
    if (!this.unlocked || !person) return { role: 'viewer', person: null, people, freshUntil: null, idleLockMinutes };
    const { pinGivenAt } = this.unlocked;
    const age = this.clock.now() - pinGivenAt;
    const freshUntil = age >= 0 && age < freshMs ? new Date(pinGivenAt + freshMs).toISOString() : null;
    return { role: person.role, person, people, freshUntil, idleLockMinutes };
  }

  private lockWhenDue(): void {
    if (!this.unlocked) return;
    const { personId, pinSetAt, activeAt } = this.unlocked;
    const person = this.workspace.ready ? this.workspace.console.people.get(personId) : null;
    const idleMs = Math.abs(this.clock.now() - activeAt); // also where the clock was set back
    const limit = this.idleLockMinutes() * minuteMs;
    if (person?.pinSetAt !== pinSetAt || (limit > 0 && idleMs >= limit)) this.lock();
  }

  private idleLockMinutes(): number {
    if (!this.workspace.ready) return usualIdleLockMinutes;
    return this.workspace.console.preferences.get(idleLockPreference, z.number(), usualIdleLockMinutes);
  }

  private tellChange(): void {
    const state = this.standing();
    for (const listener of this.listeners) listener(state);
  }

  /** Looked up before the work: afterwards the person, or whom it was about, may be gone. */
  private whoAndWhat(ask: unknown): { person: string | null; subject: string } {
    const person = this.state().person?.name ?? null;
    const subject = auditSubject(ask, (id) =>
      this.workspace.ready ? this.workspace.console.people.get(id)?.name : undefined,
    );
    return { person, subject };
  }

  /** A fresh machine has no log yet; the request that makes its state folder is the first one in it. */
  private note(entry: { person: string | null; action: string; subject: string; outcome: string }): void {
    if (!this.workspace.ready) return;
    this.workspace.console.audit.add({ ...entry, at: new Date(this.clock.now()).toISOString(), osUser: osUser() });
  }

  private codeOf(error: unknown): string {
    return reportFailure(this.workspace.ready ? this.workspace.console.explain(error) : error).code;
  }
}

function mayAct(own: Role, needed: Role): boolean {
  return roles.indexOf(own) >= roles.indexOf(needed);
}
