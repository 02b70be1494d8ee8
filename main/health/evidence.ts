import { goodCopiesOf, wantedStores, type Backup } from '../../shared/backup.ts';
import type { Evidence, EvidenceState } from '../../shared/contract/overview.ts';
import type { Drill } from '../../shared/drill.ts';
import { formatAge } from '../../shared/format.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Source } from '../../shared/source.ts';
import type { Proof } from '../state/newestProof.ts';

/** Green needs evidence that is not older. */
const freshHours = 48;
/** A daily backup that is late by some hours. */
const lateHours = 30;
const proofDays = 35;
/** Copies that a shop should have; the third is the one elsewhere. */
const advisedStores = 3;

export type Problem = Evidence['problems'][number];

/** What is known of one source. */
export interface KnownOfSource {
  source: Source;
  /** Newest first, all kinds of outcome. */
  backups: readonly Backup[];
  /** Those of full backups, newest first. */
  restores: readonly Restore[];
  stores: readonly string[];
  /** The newest test restores of full backups, newest first. */
  drills: readonly Drill[];
  proof: Pick<Proof, 'kind' | 'id' | 'at'> | null;
}

/** What the evidence says of one database: pure, so that the sentence on the first screen can be tested word by word. */
export function evidenceOf({ source, backups, restores, stores, drills, proof }: KnownOfSource, now: Date): Evidence {
  const good = backups.find(isGood) ?? null;
  const goodCopies = good ? goodCopiesOf(good, stores).length : 0;
  const problems = [
    ...backupProblems(source.name, backups, good, now),
    ...copyProblems(good, stores),
    ...proofProblems(good, restores, drills, proof, now),
  ];
  return {
    source: source.name,
    database: source.connection.database,
    state: stateOf(problems, good),
    restorableTo: good?.createdAt ?? null,
    backupId: good?.id ?? null,
    restoreSeconds: restoreRange(restores, drills),
    provenAt: proof?.at ?? null,
    provenBy: proof && { kind: proof.kind, id: proof.id },
    goodCopies,
    wantedCopies: good ? wantedStores(good, stores).length : stores.length,
    problems: problems.toSorted((a, b) => Number(b.severity === 'bad') - Number(a.severity === 'bad')),
  };
}

/** What is wrong with the console as a whole, whatever its databases. */
export function consoleProblems(known: { kitProven: boolean; stores: number; people: number }): Problem[] {
  const problems: Problem[] = [];
  if (!known.kitProven)
    problems.push({
      severity: 'warning',
      sentence: 'Nobody has proven that the recovery kit is on paper',
      hint: 'Without it a lost computer is a lost shop: print it and type back a line of it.',
      link: '/set-up/kit',
    });
  if (known.stores > 0 && known.stores < advisedStores)
    problems.push({
      severity: 'warning',
      sentence: `There ${known.stores === 1 ? 'is one store' : `are ${known.stores} stores`} for copies`,
      hint: 'Three are advised, one of them elsewhere: fire and theft take what stands together.',
      link: '/stores',
    });
  if (known.people === 0)
    problems.push({
      severity: 'warning',
      sentence: 'Nobody has a PIN, so everybody at this computer may do everything',
      hint: 'Set one under Settings, Access.',
      link: '/settings/access',
    });
  return problems;
}

/** From restores and test restores that were made here: the shortest and the longest of the last five; null where there is none. */
export function restoreRange(
  restores: readonly Restore[],
  drills: readonly Drill[] = [],
): { least: number; most: number } | null {
  const seconds = [
    ...restores
      .filter(({ verification }) => verification?.ok)
      .map(({ startedAt, durationSeconds }) => ({ startedAt, took: durationSeconds })),
    ...drills
      .filter(({ status }) => status === 'PASSED')
      .map(({ startedAt, report }) => ({ startedAt, took: report?.seconds ?? null })),
  ]
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
    .slice(0, 5)
    .map(({ took }) => took)
    .filter((value) => value !== null);
  return seconds.length === 0 ? null : { least: Math.min(...seconds) * 0.9, most: Math.max(...seconds) * 1.25 };
}

function isGood({ status, kind }: Backup): boolean {
  return kind === 'FULL_DATABASE' && (status === 'COMPLETED' || status === 'VERIFIED');
}

function hoursSince(iso: string, now: Date): number {
  return (now.getTime() - Date.parse(iso)) / 3_600_000;
}

function stateOf(problems: readonly Problem[], good: Backup | null): EvidenceState {
  if (!good || problems.some(({ severity }) => severity === 'bad')) return 'bad';
  return problems.length > 0 ? 'warning' : 'good';
}

function backupProblems(name: string, backups: readonly Backup[], good: Backup | null, now: Date): Problem[] {
  const link = `/backups?backup=${encodeURIComponent(name)}`;
  const problems: Problem[] = [];
  if (!good)
    problems.push({
      severity: 'bad',
      sentence: 'There is no backup that could be restored',
      hint: 'Take one now.',
      link,
    });
  else {
    const hours = hoursSince(good.createdAt, now);
    if (hours > lateHours)
      problems.push({
        severity: hours > freshHours ? 'bad' : 'warning',
        sentence: `The newest good backup was taken ${formatAge(hours * 3600)}`,
        hint: 'What was entered since then would be lost. Take one now.',
        link,
      });
  }
  // Whoever cancelled a backup knows that it is not there.
  const newest = backups.find(({ failure }) => failure?.code !== 'CANCELLED');
  if (newest?.status === 'FAILED')
    problems.push({
      severity: 'bad',
      sentence: `The last backup failed: ${newest.failure?.message ?? 'the reason is not known'}`,
      hint: newest.failure?.hint ?? 'Look at it, and take another one.',
      link: `/backups/${newest.id}`,
    });
  return problems;
}

function copyProblems(good: Backup | null, stores: readonly string[]): Problem[] {
  if (!good) return [];
  const there = goodCopiesOf(good, stores);
  return wantedStores(good, stores)
    .filter((store) => !there.includes(store))
    .map((store) => {
      const copy = good.copies.find((known) => known.store === store);
      const damaged = copy?.state === 'DAMAGED' || copy?.state === 'MISSING';
      return {
        severity: damaged || there.length === 0 ? 'bad' : 'warning',
        sentence: damaged
          ? `The copy in ${store} is ${copy.state === 'DAMAGED' ? 'damaged' : 'gone'}`
          : `The newest backup is not in ${store}${copy?.reason ? `: ${copy.reason}` : ''}`,
        hint: 'Copy what is missing; the other stores are asked for it.',
        link: `/backups/${good.id}`,
      };
    });
}

function proofProblems(
  good: Backup | null,
  restores: readonly Restore[],
  drills: readonly Drill[],
  proof: { at: string } | null,
  now: Date,
): Problem[] {
  const [drill] = drills.filter(({ status, failure }) => status !== 'RUNNING' && failure?.code !== 'CANCELLED');
  if (drill && drill.status !== 'PASSED')
    return [
      {
        severity: 'bad',
        sentence:
          drill.status === 'MISMATCH'
            ? 'The last test restore did not give what it should'
            : `The last test restore failed: ${drill.failure?.message ?? 'the reason is not known'}`,
        hint: drill.failure?.hint ?? 'Look at its report, verify the backup, and take a new one.',
        link: `/restore/drills/${drill.id}`,
      },
    ];
  const newest = restores.find(({ mode }) => mode !== 'MERGE');
  if (newest?.status === 'MISMATCH')
    return [
      {
        severity: 'bad',
        sentence: 'The last restore differed from its backup',
        hint: 'Look at what differed, and verify the backup by a test restore.',
        link: `/restore/${newest.id}`,
      },
    ];
  if (!good) return [];
  const age = proof ? hoursSince(proof.at, now) / 24 : null;
  if (age !== null && age <= proofDays) return [];
  return [
    {
      severity: 'warning',
      sentence: proof ? `No restore was proven for ${Math.round(age ?? 0)} days` : 'No restore was ever proven',
      hint: 'Verify the newest backup by a test restore: it is restored beside the shop, compared and dropped.',
      link: `/backups/${good.id}`,
    },
  ];
}
