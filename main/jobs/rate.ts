/** Over how long the rate is taken, in milliseconds: long enough to be calm, short enough to notice a slow disk. */
const windowMs = 8_000;
const leastMs = 1_500;
/** How far the rest of a stage may be off from its last seconds. */
const faster = 0.75;
/** What has to be done of a stage before its rest is guessed. */
const leastShare = 0.01;
const slower = 1.35;

/** What was done of a stage at a moment (milliseconds of a steady clock). */
export interface Sample {
  at: number;
  doneBytes: number;
}

/** Adds a sample and drops those that are too old to count. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const first = samples.findIndex(({ at }) => sample.at - at <= windowMs);
  return [...(first === -1 ? [] : samples.slice(first)), sample];
}

/** Bytes per second; null while too little is known. */
export function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < leastMs) return null;
  return ((last.doneBytes - first.doneBytes) / (last.at - first.at)) * 1000;
}

/** Seconds that the stage may still take; null while nobody can know. */
export function etaOf(
  rate: number | null,
  doneBytes: number,
  totalBytes: number | null,
): { least: number; most: number } | null {
  if (rate === null || rate <= 0 || totalBytes === null || totalBytes <= doneBytes) return null;
  if (doneBytes < totalBytes * leastShare) return null;
  const seconds = (totalBytes - doneBytes) / rate;
  return { least: seconds * faster, most: seconds * slower };
}
