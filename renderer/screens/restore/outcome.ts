import { assertNever } from '../../../shared/failure.ts';
import { counted } from '../../../shared/format.ts';
import type { Restore, Verification } from '../../../shared/restore.ts';
import type { Tone } from '../../components/tone.ts';
import { sentence as capital } from '../../act.ts';
import { hintFor } from '../../hints.ts';

/** How a restore stands, as a person reads it. */
export interface Outcome {
  tone: Tone;
  word: string;
  /** What is so. */
  sentence: string;
  /** What to do, where something is to be done. */
  advice: string | null;
  /** Whether it must not be overlooked. */
  alarming: boolean;
}

/** Says how a restore stands, and what to do about it. */
export function outcomeOf(restore: Restore): Outcome {
  const { status, target, replaced, swapped, failure } = restore;
  if (restore.mode === 'MERGE') return outcomeOfMerge(restore);
  const held = restore.heldAs ?? target;
  switch (status) {
    case 'IN_PROGRESS':
      return calm('working', 'Running', `${target} is being restored.`);
    case 'REHEARSED':
    case 'MISMATCH':
      return alarm(
        'Differs from backup',
        `${held} is not what the backup holds: ${differences(restore.verification)}. Nothing live was replaced.`,
        `Do not use ${held}. Restore again from another store, or from an earlier backup.`,
      );
    case 'FAILED':
      if (failure?.code === 'CANCELLED')
        return calm(
          'unknown',
          'Cancelled',
          'It was cancelled: the new database was dropped, nothing live was touched.',
        );
      return alarm(
        failure?.code === 'INTERRUPTED' ? 'Interrupted' : 'Failed',
        `${capital(failure?.message ?? 'nobody knows why')}. The new database was dropped, nothing live was touched.`,
        failure ? hintFor(failure) : 'Restore again.',
      );
    case 'ROLLED_BACK':
      return calm(
        'unknown',
        'Rolled back',
        `${target} is again the database from before the restore. The restored one is kept beside it as ${held}.`,
      );
    case 'COMPLETED':
      if (swapped)
        return calm(
          'good',
          'Verified and live',
          `${target} is now the restored database. The one before is kept as ${replaced}, closed to connections.`,
        );
      if (replaced !== null)
        return {
          tone: 'warning',
          word: 'Swap not certain',
          sentence: `Whether ${target} was exchanged is not certain.`,
          advice: 'Start Strongroom again: it looks at the server, and finishes or undoes it.',
          alarming: true,
        };
      return calm('good', 'Verified', `${target} holds everything that is in the backup. Nothing live was touched.`);
    default:
      return assertNever(status);
  }
}

/** A merge changes the live database in one transaction, so it was done as a whole or not at all. */
function outcomeOfMerge({ status, target, failure, merge }: Restore): Outcome {
  switch (status) {
    case 'IN_PROGRESS':
      return calm('working', 'Running', `Rows are being merged into ${target}.`);
    case 'REHEARSED':
      return calm('good', 'Rehearsed', `Everything was done and rolled back: ${target} is as it was.`);
    case 'COMPLETED':
      return calm(
        'good',
        'Merged',
        `${target} has the rows of the backup${merge?.outsideUnchanged ? ', and every row outside is as it was' : ''}.`,
      );
    case 'ROLLED_BACK':
      return calm('unknown', 'Rolled back', `The rows that the merge changed in ${target} are as they were before it.`);
    case 'MISMATCH':
    case 'FAILED':
      if (failure?.code === 'CANCELLED')
        return calm('unknown', 'Cancelled', `It was cancelled: ${target} is as it was before.`);
      return alarm(
        failure?.code === 'INTERRUPTED' ? 'Interrupted' : 'Failed',
        `${capital(failure?.message ?? 'nobody knows why')}. ${target} is as it was before.`,
        failure ? hintFor(failure) : 'Plan the merge again.',
      );
    default:
      return assertNever(status);
  }
}

/** Says in how many places a restored database differs: `2 tables and 1 index`. */
function differences(verification: Verification | null): string {
  if (!verification) return 'it could not be compared';
  const { tables, indexes, foreignKeys, sequences, materializedViews, largeObjects } = verification;
  const bad = tables.filter(({ match }) => !match).length;
  const parts = [
    bad > 0 ? counted(bad, 'table') : '',
    indexes.problems.length > 0 ? counted(indexes.problems.length, 'index', 'indexes') : '',
    foreignKeys.problems.length > 0 ? counted(foreignKeys.problems.length, 'foreign key') : '',
    sequences.problems.length > 0 ? counted(sequences.problems.length, 'sequence') : '',
    materializedViews.problems.length > 0 ? counted(materializedViews.problems.length, 'materialised view') : '',
    largeObjects.problems.length > 0 ? 'large objects' : '',
  ].filter((part) => part !== '');
  return `${parts.join(', ').replace(/, ([^,]*)$/, ' and $1')} ${parts.length === 1 && parts[0]?.startsWith('1 ') ? 'differs' : 'differ'}`;
}

function calm(tone: Tone, word: string, sentence: string): Outcome {
  return { tone, word, sentence, advice: null, alarming: false };
}

function alarm(word: string, sentence: string, advice: string): Outcome {
  return { tone: 'bad', word, sentence, advice, alarming: true };
}
