/** A line that may stand before everything else in a script of pg_restore. */
const preambleLine =
  /^(?:|--.*|SET (?<setting>[a-z_]+) = [^;]*;|SELECT pg_catalog\.set_config\([^;]*\);|\\restrict \w+)\r?$/;

/**
 * Where the preamble of a script ends: before the first line that is no setting, comment or `\restrict`. All that follows
 * belongs to the dump, also what looks like a setting: the body of a function, a literal, rows.
 * @param head what has been seen of the script, a character for each byte. @returns null: that was not enough.
 */
export function preambleEnd(head: string): number | null {
  for (let at = 0; ;) {
    const end = head.indexOf('\n', at);
    if (end === -1) return null;
    if (!preambleLine.test(head.slice(at, end))) return at;
    at = end + 1;
  }
}

/** The names of what a preamble sets. */
export function settingsOf(preamble: string): string[] {
  return preamble.split('\n').flatMap((line) => settingOf(line) ?? []);
}

/** A script of which these settings are left out, in its preamble and nowhere else. */
export async function* withoutSettings(
  script: AsyncIterable<Buffer>,
  names: readonly string[],
): AsyncGenerator<Buffer> {
  let head: string | null = '';
  const cut = (preamble: string) => {
    const kept = preamble.split('\n').filter((line) => !names.includes(settingOf(line) ?? ''));
    return Buffer.from(kept.join('\n'), 'latin1');
  };
  for await (const chunk of script) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head += chunk.toString('latin1');
    const end = preambleEnd(head);
    if (end === null) continue;
    yield cut(head.slice(0, end));
    yield Buffer.from(head.slice(end), 'latin1');
    head = null;
  }
  if (head !== null) yield cut(head);
}

function settingOf(line: string): string | undefined {
  return preambleLine.exec(line)?.groups?.setting;
}
