import { formatBytes } from '../../shared/format.ts';

/** What a measure has to reach, and should; smaller is better unless `atLeast`. */
interface Goal {
  must: number;
  aim: number;
  atLeast?: boolean;
  unit: 'x' | 'MB' | 'KB' | 'ms' | '%';
}

export interface Row {
  measure: string;
  goal: Goal | null;
  /** One value per run. */
  values: readonly number[];
  unit: Goal['unit'];
  /** What it was made of, in absolute numbers; only for information, since every machine has its own. */
  absolute: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('there is no median of nothing');
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

/** Each run's own ratio, so that what slows the machine down for a while slows both. */
export function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, run) => value / below[run]!);
}

export const seconds = (values: readonly number[]) => `${median(values).toFixed(2)} s`;
export const bytes = (values: readonly number[]) => formatBytes(Math.round(median(values)));

/** The rows as a markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  const cells = [
    ['measure', 'must', 'aim', 'seen', 'verdict', 'absolute'],
    ...rows.map((row) => [row.measure, limit(row, 'must'), limit(row, 'aim'), seen(row), verdict(row), row.absolute]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

function limit({ goal }: Row, which: 'must' | 'aim'): string {
  return goal ? `${goal.atLeast ? '≥' : '≤'} ${goal[which]}${suffix(goal.unit)}` : '';
}

function seen({ values, unit }: Row): string {
  const shown = (value: number) => value.toFixed(unit === 'x' || unit === '%' ? 2 : 0);
  const spread = values.length > 1 ? ` (${shown(Math.min(...values))} to ${shown(Math.max(...values))})` : '';
  return `${shown(median(values))}${suffix(unit)}${spread}`;
}

function verdict({ goal, values }: Row): string {
  if (!goal) return '';
  const value = median(values);
  const reaches = (bound: number) => (goal.atLeast ? value >= bound : value <= bound);
  if (reaches(goal.aim)) return 'aim reached';
  return reaches(goal.must) ? 'must reached' : 'MISSED';
}

function suffix(unit: Goal['unit']): string {
  return unit === 'x' ? 'x' : ` ${unit}`;
}
