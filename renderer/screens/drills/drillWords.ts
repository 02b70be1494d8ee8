import type { Drill, DrillStatus } from '../../../shared/drill.ts';
import type { Tone } from '../../components/tone.ts';

const marks: Record<DrillStatus, { tone: Tone; word: string }> = {
  RUNNING: { tone: 'working', word: 'Running' },
  PASSED: { tone: 'good', word: 'Proven' },
  MISMATCH: { tone: 'bad', word: 'Not good' },
  FAILED: { tone: 'bad', word: 'Failed' },
};

/** How a test restore stands. Whoever cancelled one need not be alarmed. */
export function drillMark({ status, failure }: Pick<Drill, 'status' | 'failure'>): { tone: Tone; word: string } {
  return failure?.code === 'CANCELLED' ? { tone: 'neutral', word: 'Cancelled' } : marks[status];
}

/** What it showed, in a sentence. */
export function drillSentence({ status, report, failure }: Drill): string {
  if (status === 'RUNNING') return 'It is being restored and compared.';
  if (status === 'FAILED') return failure?.message ?? 'the reason is not known';
  const tables = report?.verification?.tables ?? [];
  const differing = tables.filter(({ match }) => !match).length;
  const broken = report?.assertions.filter(({ ok }) => !ok).map(({ name }) => name) ?? [];
  if (status === 'PASSED')
    return `${tables.length} tables as in the backup${report?.assertions.length ? `, ${report.assertions.length} of ${report.assertions.length} assertions true` : ''}`;
  if (broken.length > 0) return `not true: ${broken.join(', ')}`;
  return differing > 0 ? `${differing} of ${tables.length} tables differ` : 'something beside the rows differs';
}
