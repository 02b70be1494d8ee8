import { z } from 'zod';
import type { DrillSettings } from '../../shared/drill.ts';
import type { Console } from './console.ts';

const settingsSchema = z.record(
  z.string(),
  z.object({
    assertions: z.array(z.object({ name: z.string(), sql: z.string(), expected: z.string().nullable() })),
    afterEveryBackup: z.boolean(),
  }),
);
const preference = 'drills';
const usual: DrillSettings = { assertions: [], afterEveryBackup: false };

/** What a source wants of its test restores. */
export function drillSettings(console: Console, source: string): DrillSettings {
  return all(console)[source] ?? usual;
}

export function setDrillSettings(console: Console, source: string, settings: DrillSettings): void {
  console.preferences.set(preference, { ...all(console), [source]: settings });
}

/** A new source of the same name begins anew. */
export function forgetDrillSettings(console: Console, source: string): void {
  const { [source]: _, ...others } = all(console);
  console.preferences.set(preference, others);
}

function all(console: Console): Record<string, DrillSettings | undefined> {
  return console.preferences.get(preference, settingsSchema, {});
}
