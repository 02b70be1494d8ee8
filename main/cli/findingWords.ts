import { byReason, type RowFinding } from '../../shared/tenant.ts';

const lineLength = 100;

/** Every relation with its reason, where many share one told once: the reason, and below it the names. */
export function reasonLines(findings: readonly Pick<RowFinding, 'relation' | 'reason'>[]): string[] {
  return byReason(findings).flatMap(({ reason, relations }) => [
    `${reason}:`,
    ...wrapped(relations).map((line) => `  ${line}`),
  ]);
}

function wrapped(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + name.length + 2 <= lineLength) lines[lines.length - 1] = `${line}, ${name}`;
    else lines.push(name);
  }
  return lines;
}
