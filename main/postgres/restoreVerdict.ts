/**
 * Whether pg_restore failed only because it is newer than the server.
 *
 * pg_restore from 17 on begins with `SET transaction_timeout = 0`, which servers up to 16 do not know; everything else
 * is restored all the same. Each complaint is `pg_restore: error: could not execute query: …`, and `Command was: …`
 * in English whatever the language of the server, so the verdict looks only at that. The count that pg_restore prints
 * ("errors ignored on restore") is not to be trusted when it works in parallel.
 *
 * Each restore goes into a database made for it, by a pg_restore that may go on after an error, while all that must be
 * one transaction (the rows of a table, what is merged into a live database) goes through a connection of our own, which
 * never sends this setting. So an edited script is the last resort, for settings that we do not know: see startRestore.
 */
export function onlyTransactionTimeout(stderr: string): boolean {
  const complaints = blocksOf(stderr).filter((block) => /^pg_restore: (?:error|fatal)/.test(block));
  return complaints.length > 0 && complaints.every(isTransactionTimeout);
}

/** What a program said without that complaint, so that a restore which failed tells its reason and not this one. */
export function withoutTransactionTimeout(stderr: string): string {
  return blocksOf(stderr)
    .filter((block) => !isTransactionTimeout(block))
    .join('');
}

function blocksOf(stderr: string): string[] {
  return stderr.split(/^(?=pg_restore: (?:error|fatal|detail|from TOC))/m);
}

function isTransactionTimeout(block: string): boolean {
  return /^pg_restore: error: [^]*Command was: SET transaction_timeout = 0;\s*$/.test(trimmed(block));
}

/** A block without what may follow it: warnings and the closing count. */
function trimmed(block: string): string {
  return block.replace(/^pg_restore: (?:warning|hint): [^\n]*\n?/gm, '').trimEnd();
}
