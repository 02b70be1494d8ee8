/**
 * What of an ask may be told in the audit log, the most telling first. Everything else stays out, whatever it is:
 * passwords, secret keys, PINs and typed lines are among it.
 */
const tellingFields = [
  'name',
  'id',
  'ids',
  'source',
  'file',
  'backupId',
  'into',
  'tenant',
  'policy',
  'live',
  'store',
  'role',
  'minutes',
  'port',
] as const;

/** Names are short; what somebody sends in the place of one may not be. */
const longest = 200;

/**
 * What a request was about, in a few words that hold no secret.
 * @param nameOf tells whom an id of a person means.
 */
export function auditSubject(ask: unknown, nameOf: (personId: number) => string | undefined): string {
  if (typeof ask !== 'object' || ask === null) return '';
  const fields = new Map<string, unknown>(Object.entries(ask));
  const personId = fields.get('personId');
  const told = typeof personId === 'number' ? [nameOf(personId) ?? `person ${personId}`] : [];
  for (const field of tellingFields) told.push(...inWords(fields.get(field)));
  const words = withoutPasswords(told.join(' · '));
  return words.length > longest ? `${words.slice(0, longest - 1)}…` : words;
}

function inWords(value: unknown): string[] {
  if (Array.isArray(value)) {
    const words = value.filter((item) => typeof item === 'string');
    const first = words.slice(0, 3).join(', ');
    return words.length > 3 ? [`${first} and ${words.length - 3} more`] : inWords(first);
  }
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [String(value)] : [];
}

/** On the command line somebody may have pasted a whole address where only a name belongs. */
function withoutPasswords(words: string): string {
  return words.replace(/(:\/\/[^\s/:]*):[^\s/]*@/g, '$1:…@').replace(/(password=)[^\s&]+/gi, '$1…');
}
