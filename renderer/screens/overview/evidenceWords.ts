import type { Evidence, EvidenceState } from '../../../shared/contract/overview.ts';
import { formatAge } from '../../../shared/format.ts';
import { clockAndDay, durationRange } from '../../when.ts';

/** A part of the sentence; what nobody knows is said plainly, and looks like it. */
export interface EvidencePart {
  words: string;
  known: boolean;
  /** Where it is looked at. */
  link?: string;
}

/**
 * What the evidence says of one database, part by part: `Restorable to 14:05 today (12 min ago)`, `about 6-9 min`,
 * `proven by a restore at 03:10 today`, `3/3 copies`.
 */
export function evidenceParts(evidence: Evidence, now: Date): EvidencePart[] {
  const { restorableTo, restoreSeconds, provenAt, provenBy, goodCopies, wantedCopies } = evidence;
  if (restorableTo === null) return [{ words: 'There is no backup that could be restored', known: true }];
  const age = formatAge((now.getTime() - Date.parse(restorableTo)) / 1000);
  return [
    { words: `Restorable to ${clockAndDay(restorableTo, now)} (${age})`, known: true },
    restoreSeconds === null
      ? { words: 'how long a restore takes is not known yet', known: false }
      : { words: `about ${durationRange(restoreSeconds)}`, known: true },
    provenAt === null
      ? { words: 'not proven by a restore yet', known: false }
      : {
          words: `proven by a ${provenBy?.kind === 'drill' ? 'test restore' : 'restore'} at ${clockAndDay(provenAt, now)}`,
          known: true,
          ...(provenBy && { link: `/restore/${provenBy.kind === 'drill' ? 'drills/' : ''}${provenBy.id}` }),
        },
    wantedCopies === 0
      ? { words: 'no store to copy to', known: false }
      : { words: `${goodCopies}/${wantedCopies} copies`, known: true },
  ];
}

export const evidenceMarks: Record<EvidenceState, { tone: EvidenceState; word: string }> = {
  good: { tone: 'good', word: 'Good' },
  warning: { tone: 'warning', word: 'Look at it' },
  bad: { tone: 'bad', word: 'Act now' },
  unknown: { tone: 'unknown', word: 'Not known' },
};

const worstFirst: readonly EvidenceState[] = ['bad', 'warning', 'unknown', 'good'];

/** Databases that need somebody first, then by name. */
export function sortEvidence(evidence: readonly Evidence[]): Evidence[] {
  return evidence.toSorted(
    (a, b) =>
      worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state) ||
      a.source.localeCompare(b.source, undefined, { numeric: true }),
  );
}

export interface ListedProblem {
  /** The database that it is about; null where it concerns all. */
  source: string | null;
  severity: 'warning' | 'bad';
  sentence: string;
  hint: string;
  link: string | null;
}

/** Every problem once, worst first; those of a database before those of the console. */
export function listProblems(answer: {
  evidence: readonly Evidence[];
  problems: Evidence['problems'];
}): ListedProblem[] {
  const listed = [
    ...sortEvidence(answer.evidence).flatMap(({ source, problems }) => problems.map((one) => ({ source, ...one }))),
    ...answer.problems.map((one) => ({ source: null, ...one })),
  ];
  const seen = new Set<string>();
  return listed
    .filter(({ source, sentence }) => {
      const key = `${source ?? ''}\n${sentence}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .toSorted((a, b) => Number(b.severity === 'bad') - Number(a.severity === 'bad'));
}

/** The first words of a text, and whether there are more. */
export function firstWords(text: string, most: number): { words: string; more: boolean } {
  const all = text.split(' ');
  return all.length <= most ? { words: text, more: false } : { words: `${all.slice(0, most).join(' ')} …`, more: true };
}
