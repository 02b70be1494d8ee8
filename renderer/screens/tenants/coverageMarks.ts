import type { Tone } from '../../components/tone.ts';
import { freshDays, type CoverageState } from './coverage.ts';

/** How each state looks. */
export const coverageMarks: Record<CoverageState, { tone: Tone; word: string }> = {
  none: { tone: 'bad', word: 'No backup' },
  failed: { tone: 'bad', word: 'Backup failed' },
  old: { tone: 'warning', word: `Older than ${freshDays} days` },
  retry: { tone: 'warning', word: 'Good, but the last failed' },
  good: { tone: 'good', word: 'Good backup' },
  gone: { tone: 'neutral', word: 'Gone from the table' },
};
