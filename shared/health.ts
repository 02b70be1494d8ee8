import { z } from 'zod';

export const healthPartIds = ['backups', 'proof', 'copies', 'stores', 'runs', 'alerts'] as const;
export type HealthPartId = (typeof healthPartIds)[number];

/** One thing that the health score is made of. */
export const healthPartSchema = z.object({
  id: z.enum(healthPartIds),
  name: z.string(),
  /** Points that it is worth, of 100. */
  weight: z.number(),
  /** From 0 to 1; null: not known, and so left out of the score. */
  value: z.number().nullable(),
  /** What was seen, in one sentence. */
  found: z.string(),
  /** What would raise it, in one sentence; null where nothing is lost. */
  raise: z.string().nullable(),
  /** Where in the console that is done. */
  link: z.string().nullable(),
});
export type HealthPart = z.infer<typeof healthPartSchema>;

export const healthSchema = z.object({
  /** From 0 to 1; null where there is no database yet. */
  score: z.number().nullable(),
  parts: z.array(healthPartSchema),
  /** Backups that were begun in the last `days` and have ended, and how many of them ended well, in every store. */
  runs: z.object({ days: z.number(), ended: z.number(), well: z.number() }),
  /** What was mended in the last `days`, and how long that took on average; null where there was nothing. */
  recovery: z.object({
    days: z.number(),
    /** Alerts that were critical or errors, from their opening to their end. */
    alerts: z.number(),
    alertSeconds: z.number().nullable(),
    /** Restores and test restores that were compared with their backup and found equal. */
    restores: z.number(),
    restoreSeconds: z.number().nullable(),
  }),
});
export type Health = z.infer<typeof healthSchema>;

/** From 0 to 1 over the parts that are known; null where none is. */
export function scoreOf(parts: readonly HealthPart[]): number | null {
  const known = parts.filter(({ value }) => value !== null);
  const weight = known.reduce((sum, part) => sum + part.weight, 0);
  return weight === 0 ? null : known.reduce((sum, part) => sum + part.weight * (part.value ?? 0), 0) / weight;
}

/** How many of the 100 points a part costs; those of all parts and the score make 100. */
export function lostPoints(part: HealthPart, parts: readonly HealthPart[]): number {
  if (part.value === null) return 0;
  const weight = parts.reduce((sum, { value, weight: own }) => sum + (value === null ? 0 : own), 0);
  return (100 * part.weight * (1 - part.value)) / weight;
}

/** Whole points of 100. All of them only where nothing at all is lost. */
export function scorePoints(score: number): number {
  return Math.floor(score * 100 + 1e-9);
}
