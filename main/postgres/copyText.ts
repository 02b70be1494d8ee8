const escapes: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A value as COPY writes it (CopyAttributeOutText). */
export function copyText(value: string): string {
  return value.replace(/[\\\b\f\n\r\t\v]/g, (character) => escapes[character]!);
}

const quoted = '"(?:[^"]|"")*"';
const word = '[^\\s"(),.]+';
const name = `(?:${quoted}|${word})`;
const target = new RegExp(`^(${name}\\.${name})(?: \\((${name}(?:, ${name})*)\\))?$`);

/** pg_dump writes `COPY shop.sales (id, total) FROM stdin;`. @returns what stands between. */
export function copyTargetOf(statement: string): string {
  return statement.replace(/^COPY\s+/, '').replace(/\s+FROM stdin;\s*$/, '');
}

/**
 * Takes apart what pg_dump lets COPY read or fill, `shop.sales (id, "Total")`; nothing is in the place of no columns.
 * @returns the names as they are written there; null where it has another form.
 */
export function readCopyTarget(text: string): { table: string; columns: string[] } | null {
  const found = target.exec(text);
  if (!found) return null;
  const [, table = '', list = ''] = found;
  return { table, columns: list.match(new RegExp(name, 'g')) ?? [] };
}

/** The name itself, of how SQL writes it. */
export function unquoted(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}
