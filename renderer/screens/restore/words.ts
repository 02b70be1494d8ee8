import { formatCount } from '../../../shared/format.ts';

/** `1 table`, `1,200 tables`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
