import type { z } from 'zod';
import type { State } from './openState.ts';

/** What people prefer, and what they have been through, by name: small values that later versions may add to. */
export class Preferences {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** What was set; `fallback` where nothing was, or what another version has set and this one does not understand. */
  get<T>(name: string, schema: z.ZodType<T>, fallback: T): T {
    const value = this.state.prepare('SELECT value FROM preferences WHERE name = ?').pluck().get(name);
    if (typeof value !== 'string') return fallback;
    const parsed = schema.safeParse(JSON.parse(value));
    return parsed.success ? parsed.data : fallback;
  }

  /** @param value whatever JSON can hold; secrets belong into the secret file. */
  set(name: string, value: unknown): void {
    this.state
      .prepare(
        'INSERT INTO preferences (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      )
      .run(name, JSON.stringify(value));
  }

  forget(name: string): void {
    this.state.prepare('DELETE FROM preferences WHERE name = ?').run(name);
  }

  /** Everything that was set, to be saved beside the state database. */
  all(): Record<string, unknown> {
    const rows = this.state.prepare('SELECT name, value FROM preferences ORDER BY name').all();
    return Object.fromEntries(
      (rows as { name: string; value: string }[]).map(({ name, value }) => [name, JSON.parse(value) as unknown]),
    );
  }
}
