import type { Person } from '../../shared/contract/access.ts';
import { Failure } from '../../shared/failure.ts';
import type { State } from './openState.ts';

export interface KnownPerson extends Person {
  /** Wrong PINs since the last right one. */
  failedAttempts: number;
  /** ISO 8601; until then no PIN of this person is looked at. */
  lockedUntil: string | null;
  /** When the PIN was set: a window that was unlocked with an older one is not unlocked any more. */
  pinSetAt: string;
}

/** Those who have a PIN. While there is anybody, there is an owner. Their PINs are not here. */
export class People {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  all(): Person[] {
    return this.state.prepare('SELECT id, name, role FROM people ORDER BY folded_name').all() as Person[];
  }

  get(id: number): KnownPerson | null {
    const row = this.state
      .prepare(
        `SELECT id, name, role, failed_attempts AS failedAttempts, locked_until AS lockedUntil, pin_set_at AS pinSetAt
         FROM people WHERE id = ?`,
      )
      .get(id);
    return (row as KnownPerson | undefined) ?? null;
  }

  /** @throws PERSON_EXISTS, OWNER_NEEDED when the first one is no owner */
  add({ id, name, role }: Person, now: string): void {
    this.state.transaction(() => {
      if (this.named(name))
        throw new Failure('PERSON_EXISTS', `there is somebody named ${name} already`, 'Choose another name.');
      if (role !== 'owner' && this.owners() === 0)
        throw new Failure(
          'OWNER_NEEDED',
          'the first person must be an owner',
          'Add an owner first: otherwise nobody could change anything any more.',
        );
      this.state
        .prepare(
          `INSERT INTO people (id, name, folded_name, role, pin_set_at, created_at)
           VALUES (@id, @name, @foldedName, @role, @now, @now)`,
        )
        .run({ id, name, role, foldedName: folded(name), now });
    })();
  }

  /** @throws PERSON_NOT_FOUND, OWNER_NEEDED for the last owner while there are others */
  remove(id: number): void {
    this.state.transaction(() => {
      const person = this.get(id);
      if (!person) throw personNotFound();
      if (person.role === 'owner' && this.owners() === 1 && this.all().length > 1)
        throw new Failure(
          'OWNER_NEEDED',
          `${person.name} is the last owner`,
          'Add another owner first, or remove all the others before.',
        );
      this.state.prepare('DELETE FROM people WHERE id = ?').run(id);
    })();
  }

  /** Everybody: from then on nobody has a PIN, and everybody is an owner. */
  removeAll(): void {
    this.state.prepare('DELETE FROM people').run();
  }

  noteAttempt(id: number, failedAttempts: number, lockedUntil: string | null): void {
    this.state
      .prepare('UPDATE people SET failed_attempts = ?, locked_until = ? WHERE id = ?')
      .run(failedAttempts, lockedUntil, id);
  }

  pinWasSet(id: number, now: string): void {
    this.state.prepare('UPDATE people SET pin_set_at = ? WHERE id = ?').run(now, id);
  }

  /** Whether somebody has this name, in whatever case. */
  named(name: string): boolean {
    return this.state.prepare('SELECT 1 FROM people WHERE folded_name = ?').get(folded(name)) !== undefined;
  }

  private owners(): number {
    return this.state.prepare(`SELECT count(*) FROM people WHERE role = 'owner'`).pluck().get() as number;
  }
}

export function personNotFound(): Failure {
  return new Failure('PERSON_NOT_FOUND', 'there is no such person any more', 'Choose one of those who are listed.');
}

/** SQLite itself knows only the case of ASCII letters. */
function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
