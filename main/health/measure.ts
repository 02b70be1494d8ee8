import packageJson from '../../package.json' with { type: 'json' };
import type { AlertRules } from '../../shared/alertRules.ts';
import { backupKinds } from '../../shared/backup.ts';
import type { Measures, SourceMeasures, StoreMeasures } from '../../shared/measures.ts';
import type { Source } from '../../shared/source.ts';
import { fullnessOf, storeSeenSchema } from '../../shared/storeSeen.ts';
import type { AlertLedger } from '../state/alertLedger.ts';
import type { Looks } from '../state/looks.ts';
import type { MeasuredState } from '../state/measuredState.ts';
import type { Settings } from '../state/settings.ts';

/** Where measures come from. */
export interface Measured {
  settings: Settings;
  measured: MeasuredState;
  looks: Looks;
  alerts: AlertLedger;
}

/** The days of which backups are counted, and in which what was mended is averaged. */
export const runDays = 30;
const recoveryDays = 90;

const dayMs = 86_400_000;
/** Everything is looked at every five minutes: what is older was not looked at. */
const lookIsFreshMs = 15 * 60_000;

/** Everything that is measured, as the state has it now. */
export function measure(
  { settings, measured, looks, alerts }: Measured,
  { rules, schedulePaused, now }: { rules: AlertRules; schedulePaused: boolean; now: number },
): Measures {
  const stores = settings.stores().map(({ name }) => name);
  const filled = stores.filter((name) => measured.hasCopies(name));
  return {
    now,
    version: packageJson.version,
    sources: settings.sources().map((source) => measureSource(source, { measured, looks }, filled, now)),
    stores: stores.map((name) => measureStore(name, { measured, looks }, rules, now)),
    openAlerts: alerts.openCounts(),
    recovery: { days: recoveryDays, ...measured.recovery(new Date(now - recoveryDays * dayMs).toISOString()) },
    schedulePaused,
    integrityAt: timeOf(measured.newestDone('integrity')),
    cleanUpAt: timeOf(measured.newestDone('cleanup')),
  };
}

type From = Pick<Measured, 'measured' | 'looks'>;

function measureSource(
  { name, tenants }: Source,
  { measured, looks }: From,
  stores: readonly string[],
  now: number,
): SourceMeasures {
  const look = freshLook(looks, 'source', name, now);
  const full = measured.newest(name, 'FULL_DATABASE');
  const proven = measured.newestProof(name);
  const covered = tenants ? measured.tenants(name) : null;
  return {
    name,
    up: look && look.failure === null,
    series: backupKinds.flatMap((kind) => {
      const newest = measured.newest(name, kind);
      if (!newest) return [];
      const { at, sizeBytes, durationSeconds } = newest;
      const newestIn = stores.flatMap((store) => {
        const there = measured.newestIn(store, name, kind);
        return there === null ? [] : [{ store, at: Date.parse(there) }];
      });
      return [{ kind, newestAt: Date.parse(at), sizeBytes, durationSeconds, newestIn }];
    }),
    goodCopies: full ? measured.goodCopies(full.id) : 0,
    provenAt: timeOf(proven?.at),
    rtoSeconds: proven?.seconds ?? null,
    runs: measured.runs(name, new Date(now - runDays * dayMs).toISOString()),
    tenants: covered && { unprotected: covered.unprotected, oldestAt: timeOf(covered.oldestAt) },
  };
}

function measureStore(name: string, { measured, looks }: From, rules: AlertRules, now: number): StoreMeasures {
  const look = freshLook(looks, 'store', name, now);
  const parsed = storeSeenSchema.safeParse(look?.seen);
  const seen = parsed.success ? parsed.data : null;
  return {
    name,
    up: look && look.failure === null && (seen?.writable ?? false),
    usedRatio: seen && (fullnessOf(name, seen, rules)?.ratio ?? null),
    backupBytes: seen && seen.usedBytes,
    badCopies: measured.badCopies(name),
  };
}

function freshLook(looks: Looks, kind: 'store' | 'source', name: string, now: number) {
  const look = looks.get(kind, name);
  return look && now - Date.parse(look.at) <= lookIsFreshMs ? look : null;
}

function timeOf(iso: string | null | undefined): number | null {
  return iso ? Date.parse(iso) : null;
}
