/** Below this, starting a second pg_dump costs more than it wins. */
const worthSplittingBytes = 32 * 1000 * 1000;
/** Windows allows 32,767 characters on a command line; the rest of ours is short. */
const namesLimit = 20_000;
const maxStreams = 4;

export interface SizedTable {
  schema: string;
  table: string;
  /** On disk, without indexes. */
  bytes: number;
}

/**
 * Divides tables among dump programs that run at once.
 * @param tables biggest first.
 * @returns for each further stream the tables that it dumps; the first stream dumps all that is named nowhere, so
 *   that nothing can be forgotten. An empty result means one stream.
 */
export function splitTables(tables: readonly SizedTable[], processors: number): SizedTable[][] {
  const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const streams = Math.min(maxStreams, Math.max(1, processors), tables.length);
  if (streams === 1 || total < worthSplittingBytes) return [];
  const loads = Array.from({ length: streams }, () => 0);
  const named: SizedTable[][] = Array.from({ length: streams }, () => []);
  let characters = 0;
  for (const table of tables) {
    const least = characters < namesLimit ? loads.indexOf(Math.min(...loads)) : 0;
    loads[least]! += table.bytes;
    named[least]!.push(table);
    if (least > 0) characters += 2 * tablePattern(table).length + 24;
  }
  return named.slice(1).filter((stream) => stream.length > 0);
}

/** The table as a pattern of pg_dump that matches nothing else: within double quotes every character is itself. */
export function tablePattern({ schema, table }: { schema: string; table: string }): string {
  return [schema, table].map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}
