import { z } from 'zod';
import type { Preferences } from './preferences.ts';

const pauseSchema = z.object({ since: z.string(), by: z.string() }).nullable();
/** Nothing begins by itself since then. */
export type Pause = NonNullable<z.infer<typeof pauseSchema>>;

export function pauseOf(preferences: Preferences): Pause | null {
  return preferences.get('schedulePause', pauseSchema, null);
}

/** @param pause null lets everything run again; what was missed then runs once. */
export function setPause(preferences: Preferences, pause: Pause | null): void {
  preferences.set('schedulePause', pause);
}
