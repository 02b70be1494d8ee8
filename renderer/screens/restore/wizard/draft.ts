import { databaseNameSchema, connectionSchema } from '../../../../shared/contract/shapes.ts';
import type { MergeAsk } from '../../../../shared/contract/merge.ts';
import type { RestoreTarget } from '../../../../shared/contract/restores.ts';
import type { MergePolicy, TablePolicy } from '../../../../shared/merge.ts';
import { sslModes, type SslMode } from '../../../../shared/source.ts';

/** What was typed about where a backup shall be restored to. */
export interface Draft {
  /** The id of the only tenant that is put back; empty: everything. */
  tenant: string;
  aim: 'new' | 'replace' | 'merge';
  /** Of the new database. */
  name: string;
  /** As another role than the source's, or on another server. */
  elsewhere: boolean;
  host: string;
  port: number;
  user: string;
  password: string;
  sslmode: SslMode;
  /** The database there through which it is entered. */
  database: string;
  /** Empty: the nearest store first. */
  store: string;
  /** What a merge does with rows that are there already. */
  policy: MergePolicy;
  /** Other policies for single tables. */
  tablePolicies: Record<string, TablePolicy>;
}

export const emptyDraft: Draft = {
  tenant: '',
  aim: 'new',
  name: '',
  elsewhere: false,
  host: '',
  port: 5432,
  user: '',
  password: '',
  sslmode: 'prefer',
  database: 'postgres',
  store: '',
  policy: 'overwrite',
  tablePolicies: {},
};

const nameLimitBytes = 63;

/** `shop_restored_20261122`, shortened to what PostgreSQL takes, and numbered where that name was used already. */
export function suggestName(database: string, today: Date, used: readonly string[]): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${today.getFullYear()}${two(today.getMonth() + 1)}${two(today.getDate())}`;
  for (let number = 1; ; number++) {
    const suffix = `_restored_${day}${number === 1 ? '' : `_${number}`}`;
    const letters = [...database];
    while (bytesOf(letters.join('') + suffix) > nameLimitBytes) letters.pop();
    const name = letters.join('') + suffix;
    if (!used.includes(name)) return name;
  }
}

/** The server of a source, and the role that restored there last: where "another role or server" begins. */
export function placeOf(
  sourceUrl: string,
  lastServer: string | undefined,
): Pick<Draft, 'host' | 'port' | 'user' | 'sslmode'> {
  // A socket's folder makes no URL that a browser reads: then it is typed.
  const url = URL.canParse(sourceUrl) ? new URL(sourceUrl) : null;
  if (!url) return { host: '', port: emptyDraft.port, user: '', sslmode: emptyDraft.sslmode };
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? emptyDraft.port : Number(url.port);
  const sslmode = sslModes.find((mode) => mode === url.searchParams.get('sslmode')) ?? emptyDraft.sslmode;
  const at = `@${host}:${port}`;
  return { host, port, user: lastServer?.endsWith(at) ? lastServer.slice(0, -at.length) : '', sslmode };
}

/** What is wrong with a draft, by its fields. */
export function problemsOf(draft: Draft, live: string): Partial<Record<keyof Draft, string>> {
  const problems: Partial<Record<keyof Draft, string>> = {};
  if (draft.aim !== 'new') return { ...problems, ...serverProblemsOf(draft) };
  if (draft.name === '') problems.name = 'The new database needs a name';
  else if (!databaseNameSchema.safeParse(draft.name).success)
    problems.name = `A database name has at most ${nameLimitBytes} bytes; this one has ${bytesOf(draft.name)}`;
  else if (draft.name === live && !draft.elsewhere)
    problems.name = `${live} is the live database. Choose another name, or "Replace the live database" below`;
  return { ...problems, ...serverProblemsOf(draft) };
}

function serverProblemsOf(draft: Draft): Partial<Record<keyof Draft, string>> {
  if (!draft.elsewhere) return {};
  const { host, port, user, database, sslmode } = draft;
  const issues = connectionSchema.safeParse({ host, port, user, database, sslmode }).error?.issues ?? [];
  return Object.fromEntries(
    issues.map(({ path, message }) => [path[0], fieldProblems[String(path[0])] ?? message] as const),
  );
}

const fieldProblems: Record<string, string> = {
  host: 'Where is the server? A name or an address',
  port: 'A port is a number from 1 to 65535',
  user: 'As which role shall it be restored?',
  database: 'A database there that can be entered, such as postgres',
};

/** The draft as it is asked of the console. @param live the database that "replace" and "merge" mean. */
export function targetOf(draft: Draft, backupId: string, live: string): RestoreTarget {
  const { elsewhere, host, port, user, password, sslmode, database } = draft;
  return {
    backupId,
    into: draft.aim === 'new' ? draft.name : live,
    on: elsewhere ? { host, port, user, database, sslmode } : null,
    password: elsewhere && password !== '' ? password : null,
    store: draft.store === '' ? null : draft.store,
  };
}

/** The draft of a merge as it is asked of the console. */
export function mergeAskOf(draft: Draft, backupId: string, live: string): MergeAsk {
  const { tenant, policy, tablePolicies } = draft;
  return { ...targetOf(draft, backupId, live), tenant: tenant === '' ? null : tenant, policy, tablePolicies };
}

/** Tables that tell what has happened keep their rows: whoever puts a shop back does not want its history rewritten. */
export function presetPolicies(tables: readonly { name: string }[]): Record<string, TablePolicy> {
  const tellsHistory = /(^|[._])(audit|log|logs|history|journal)([._]|$)/i;
  return Object.fromEntries(
    tables.filter(({ name }) => tellsHistory.test(name)).map(({ name }) => [name, 'skip'] as const),
  );
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
