import { z } from 'zod';
import { connectionSchema } from '../../shared/contract/shapes.ts';
import { drillPlaces, type DrillSettings } from '../../shared/drill.ts';
import type { Console } from './console.ts';

const settingsSchema = z.record(
  z.string(),
  z.object({
    assertions: z.array(z.object({ name: z.string(), sql: z.string(), expected: z.string().nullable() })),
    afterEveryBackup: z.boolean(),
    place: z.enum(drillPlaces).default('source'),
    on: connectionSchema.nullable().default(null),
  }),
);
const preference = 'drills';
const usual: DrillSettings = { assertions: [], afterEveryBackup: false, place: 'source', on: null };

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
  return console.preferences.get<Record<string, DrillSettings>>(preference, settingsSchema, {});
}
