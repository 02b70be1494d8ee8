import type { ScheduledRun } from '../../../shared/schedule.ts';
import type { Tone } from '../tone.ts';

/** How a run by itself ended, as colour and word. */
export function runOutcome(outcome: ScheduledRun['outcome']): { tone: Tone; word: string } {
  if (outcome === null) return { tone: 'working', word: 'Under way' };
  if (outcome === 'DONE') return { tone: 'good', word: 'Done' };
  if (outcome === 'FAILED') return { tone: 'bad', word: 'Failed' };
  if (outcome === 'INTERRUPTED') return { tone: 'bad', word: 'Interrupted' };
  return { tone: 'neutral', word: 'Cancelled' };
}

/** What a run stands for beside itself, in words; '' for nothing. */
export function missedWords(missed: number): string {
  if (missed === 0) return '';
  return missed >= 500
    ? 'for more than 500 that were missed'
    : `for ${missed} more that ${missed === 1 ? 'was' : 'were'} missed`;
}
