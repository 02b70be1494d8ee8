/**
 * Whether pg_restore failed only because it is newer than the server.
 *
 * pg_restore from 17 on begins with `SET transaction_timeout = 0`, which servers up to 16 do not know; everything else
 * is restored all the same. Each complaint is `pg_restore: error: could not execute query: …`, and `Command was: …`
 * in English whatever the language of the server, so the verdict looks only at that. The count that pg_restore prints
 * ("errors ignored on restore") is not to be trusted when it works in parallel.
 */
export function onlyTransactionTimeout(stderr: string): boolean {
  const blocks = stderr
    .split(/^(?=pg_restore: (?:error|fatal|detail|from TOC))/m)
    .filter((block) => /^pg_restore: (?:error|fatal)/.test(block));
  return (
    blocks.length > 0 && blocks.every((block) => /Command was: SET transaction_timeout = 0;\s*$/.test(trimmed(block)))
  );
}

/** A block without what may follow it: warnings and the closing count. */
function trimmed(block: string): string {
  return block.replace(/^pg_restore: (?:warning|hint): [^\n]*\n?/gm, '').trimEnd();
}
