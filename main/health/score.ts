import { rpoHoursOf, type AlertRules } from '../../shared/alertRules.ts';
import { formatAge, formatCount } from '../../shared/format.ts';
import { scoreOf, type Health, type HealthPart } from '../../shared/health.ts';
import type { Measures, SourceMeasures, StoreMeasures } from '../../shared/measures.ts';
import { runDays } from './measure.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Copies that a shop should have. */
const advisedCopies = 3;

/**
 * How healthy the backups are, as a number of which every part can be explained: what was seen, what it is worth, and what
 * would raise it. What is not known counts neither for nor against.
 */
export function healthOf(measures: Measures, rules: AlertRules): Health {
  const { sources, recovery } = measures;
  const ended = sources.reduce((sum, { runs }) => sum + runs.ended, 0);
  const well = sources.reduce((sum, { runs }) => sum + runs.well, 0);
  const parts: HealthPart[] = [
    freshBackups(measures, rules),
    proof(measures, rules),
    copies(measures),
    stores(measures, rules),
    wentWell({ ended, well }),
    alerts(measures),
  ];
  return {
    score: sources.length === 0 ? null : scoreOf(parts),
    parts,
    runs: { days: runDays, ended, well },
    recovery,
  };
}

function freshBackups({ sources, now }: Measures, rules: AlertRules): HealthPart {
  const judged = sources.map((source) => {
    const allowed = rpoHoursOf(rules, source.name);
    const at = newestFullAt(source);
    return {
      name: source.name,
      value: valueOfAge(at === null ? null : now - at, allowed * hourMs),
      found:
        at === null ? 'no backup that could be restored' : `newest good backup ${ageOf(at, now)}, ${allowed} h allowed`,
    };
  });
  return {
    id: 'backups',
    name: 'Fresh backups',
    weight: 30,
    ...verdict(judged, 'Every database has a good backup that is young enough', (name) => ({
      raise: `Back up ${name} now.`,
      link: `/backups?backup=${encodeURIComponent(name)}`,
    })),
  };
}

function proof({ sources, now }: Measures, rules: AlertRules): HealthPart {
  const judged = sources.map(({ name, provenAt }) => ({
    name,
    value: valueOfAge(provenAt === null ? null : now - provenAt, rules.proofDays * dayMs),
    found:
      provenAt === null
        ? 'no restore was ever proven'
        : `last proven ${ageOf(provenAt, now)}, ${rules.proofDays} days allowed`,
  }));
  return {
    id: 'proof',
    name: 'Proof by restores',
    weight: 25,
    ...verdict(judged, 'A restore of every database was proven lately', (name) => ({
      raise: `Make a test restore of ${name}.`,
      link: '/restore/drills',
    })),
  };
}

function copies({ sources, stores: known }: Measures): HealthPart {
  const judged = sources.map(({ name, goodCopies }) => ({
    name,
    value: Math.min(1, goodCopies / advisedCopies),
    found: `${goodCopies} of ${advisedCopies} copies of the newest good backup`,
  }));
  return {
    id: 'copies',
    name: 'Copies',
    weight: 20,
    ...verdict(judged, `The newest good backup of every database has ${advisedCopies} copies`, () => ({
      raise:
        known.length < advisedCopies
          ? `Add a store: there ${known.length === 1 ? 'is 1' : `are ${known.length}`}, ${advisedCopies} are advised, one of them elsewhere.`
          : 'Copy what is missing to the stores that lack it.',
      link: '/stores',
    })),
  };
}

function stores({ stores: all }: Measures, rules: AlertRules): HealthPart {
  const judged = all.flatMap((store) => {
    const wrong = troubleOf(store, rules);
    return wrong === undefined ? [] : [{ name: store.name, value: wrong === null ? 1 : 0, found: wrong ?? '' }];
  });
  const part = { id: 'stores', name: 'Stores', weight: 10 } as const;
  if (all.length === 0)
    return { ...part, value: 0, found: 'There is no store', raise: 'Add a store.', link: '/stores' };
  if (judged.length === 0) return { ...part, ...notKnown('No store was looked at in the last minutes') };
  return {
    ...part,
    ...verdict(judged, 'Every store answers, can be written and has room', (name) => ({
      raise: `Look after the store ${name}.`,
      link: '/stores',
    })),
  };
}

/** Null: none; undefined: nobody has looked. */
function troubleOf({ up, usedRatio }: StoreMeasures, rules: AlertRules): string | null | undefined {
  if (up === null) return undefined;
  if (!up) return 'does not answer, or cannot be written';
  if (usedRatio !== null && usedRatio * 100 > rules.storeFullPercent) return `${Math.floor(usedRatio * 100)}% full`;
  return null;
}

function wentWell({ ended, well }: { ended: number; well: number }): HealthPart {
  const part = { id: 'runs', name: 'Backups that went well', weight: 10 } as const;
  if (ended === 0) return { ...part, ...notKnown(`No backup was made in the last ${runDays} days`) };
  const found = `${formatCount(well)} of ${formatCount(ended)} backups in ${runDays} days went well, in every store`;
  return {
    ...part,
    value: well / ended,
    found,
    raise: well === ended ? null : 'See why they failed; those of the last days count until they are older.',
    link: well === ended ? null : '/jobs',
  };
}

const worthWith = { CRITICAL: 0, ERROR: 0.4, WARNING: 0.8 } as const;

function alerts({ openAlerts }: Measures): HealthPart {
  const part = { id: 'alerts', name: 'Open alerts', weight: 5 } as const;
  const open = (['CRITICAL', 'ERROR', 'WARNING'] as const).filter((severity) => openAlerts[severity] > 0);
  const [worst] = open;
  if (worst === undefined) return { ...part, value: 1, found: 'No alert is open', raise: null, link: null };
  return {
    ...part,
    value: worthWith[worst],
    found: `Open: ${open.map((severity) => `${formatCount(openAlerts[severity])} ${severity}`).join(', ')}`,
    raise: 'Look after the open alerts, the worst first.',
    link: '/alerts',
  };
}

interface Judged {
  name: string;
  value: number;
  found: string;
}

/** The average; what was found at the worst, and what would raise that. */
function verdict(
  judged: readonly Judged[],
  allGood: string,
  wayUp: (name: string) => { raise: string; link: string },
): Pick<HealthPart, 'value' | 'found' | 'raise' | 'link'> {
  const worst = judged.filter(({ value }) => value < 1).toSorted((a, b) => a.value - b.value);
  const [first] = worst;
  if (judged.length === 0) return notKnown('There is no database yet');
  if (!first) return { value: 1, found: allGood, raise: null, link: null };
  const value = judged.reduce((sum, one) => sum + one.value, 0) / judged.length;
  const more = worst.length > 1 ? `, and ${formatCount(worst.length - 1)} more like it` : '';
  return { value, found: `${first.name}: ${first.found}${more}`, ...wayUp(first.name) };
}

function notKnown(found: string): Pick<HealthPart, 'value' | 'found' | 'raise' | 'link'> {
  return { value: null, found, raise: null, link: null };
}

/** All of it while it is young enough, nothing at twice that age. */
function valueOfAge(ageMs: number | null, allowedMs: number): number {
  if (ageMs === null) return 0;
  return Math.min(1, Math.max(0, 2 - ageMs / allowedMs));
}

function newestFullAt({ series }: SourceMeasures): number | null {
  return series.find(({ kind }) => kind === 'FULL_DATABASE')?.newestAt ?? null;
}

function ageOf(at: number, now: number): string {
  return formatAge((now - at) / 1000);
}
