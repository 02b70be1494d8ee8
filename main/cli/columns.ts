/** Rows as aligned columns, two spaces apart; numbers (by their look) to the right. */
export function columns(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, index) => Math.max(...all.map((row) => (row[index] ?? '').length)));
  const right = header.map(
    (_, index) => rows.length > 0 && rows.every((row) => /^[\d.,]+( [KMGTP]?B)?$/.test(row[index] ?? '')),
  );
  return all
    .map((row) =>
      row
        .map((cell, index) => (right[index] ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
