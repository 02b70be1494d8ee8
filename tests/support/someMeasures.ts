import type { Measures, SourceMeasures } from '../../shared/measures.ts';

export const hourMs = 3_600_000;
const now = Date.parse('2026-11-22T14:17:00.000Z');

/** A database of which nothing is wrong. */
export function source(changes: Partial<SourceMeasures> = {}): SourceMeasures {
  const at = now - 12 * hourMs;
  const newestIn = ['local', 'r2', 'b2'].map((store) => ({ store, at }));
  return {
    name: 'shop',
    up: true,
    series: [{ kind: 'FULL_DATABASE', newestAt: at, sizeBytes: 217_400_000, durationSeconds: 14.5, newestIn }],
    goodCopies: 3,
    provenAt: now - 11 * hourMs,
    rtoSeconds: 372,
    runs: { ended: 30, well: 30 },
    tenants: null,
    ...changes,
  };
}

/** A console of which nothing is wrong. */
export function perfect(changes: Partial<Measures> = {}): Measures {
  return {
    now,
    version: '1.2.3',
    sources: [source()],
    stores: ['local', 'r2', 'b2'].map((name) => ({
      name,
      up: true,
      usedRatio: name === 'local' ? 0.41 : null,
      backupBytes: 6_500_000_000,
      badCopies: 0,
    })),
    openAlerts: { CRITICAL: 0, ERROR: 0, WARNING: 0, INFO: 0 },
    recovery: { days: 90, alerts: 5, alertSeconds: 2520, restores: 4, restoreSeconds: 372 },
    schedulePaused: false,
    integrityAt: now - hourMs,
    cleanUpAt: now - 9 * hourMs,
    ...changes,
  };
}
