import { access, readdir, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import { runTool } from './runTool.ts';
import { registeredBinFolders } from './windowsRegistry.ts';

export type ToolName = 'pg_dump' | 'pg_restore' | 'pg_dumpall' | 'psql';

/** One installed set of client programs, all of one version. */
export interface ClientTools {
  /** `15.18` */
  version: string;
  major: number;
  dir: string;
}

const exe = process.platform === 'win32' ? '.exe' : '';

/** Folders that hold a `bin` per version; `*` stands for one folder. */
const usualPlaces: Record<string, readonly string[]> = {
  linux: ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin', '/usr/lib/postgresql*/bin', '/opt/PostgreSQL/*/bin'],
  darwin: [
    '/Applications/Postgres.app/Contents/Versions/*/bin',
    '/opt/homebrew/opt/postgresql@*/bin',
    '/opt/homebrew/opt/libpq/bin',
    '/usr/local/opt/postgresql@*/bin',
    '/usr/local/opt/libpq/bin',
    '/Library/PostgreSQL/*/bin',
  ],
  win32: ['C:\\Program Files\\PostgreSQL\\*\\bin'],
};

export function toolPath(tools: ClientTools, name: ToolName): string {
  return join(tools.dir, name + exe);
}

/**
 * Finds every complete set of client programs, newest first. Versions are asked of the programs, never read from
 * folder names.
 * @param chosenDir a folder that the person named: then only that one counts.
 * @throws TOOL_MISSING when the named folder holds no complete set.
 */
export async function findClientTools(chosenDir: string | null): Promise<ClientTools[]> {
  if (chosenDir !== null) {
    const chosen = await inspect(chosenDir);
    if (chosen) return [chosen];
    throw missing(`the folder ${chosenDir} does not hold the PostgreSQL client programs`);
  }
  const dirs = new Set<string>();
  for (const place of usualPlaces[process.platform] ?? []) for (const dir of await expand(place)) dirs.add(dir);
  if (process.platform === 'win32') for (const dir of await registeredBinFolders()) dirs.add(dir);
  for (const dir of (process.env.PATH ?? '').split(delimiter)) if (dir !== '') dirs.add(dir);
  const found = (await Promise.all([...dirs].map(inspect))).filter((tools) => tools !== null);
  const seen = new Set<string>();
  return found
    .filter(({ version }) => !seen.has(version) && seen.add(version))
    .toSorted((a, b) => b.major - a.major || b.version.localeCompare(a.version, 'en', { numeric: true }));
}

/**
 * The set to dump a server with: of the server's own major, else the lowest greater one (an older one is refused by
 * the server's dump protocol, a newer one writes archives that older programs cannot read).
 * @throws TOOL_MISSING, TOOL_TOO_OLD
 */
export function chooseDumpTools(tools: readonly ClientTools[], serverMajor: number): ClientTools {
  return lowestFrom(tools, serverMajor, `to back up a server of version ${serverMajor}`);
}

/**
 * The set to restore with: of those that can read the archive the one of the target's major, else the lowest newer one
 * (whose `SET transaction_timeout` an older target refuses), else the newest.
 * @param archiveVersion `1.14` is read by all, `1.15` needs 16, `1.16` needs 17.
 * @throws TOOL_MISSING, TOOL_TOO_OLD when none can read the archive.
 */
export function chooseRestoreTools(
  tools: readonly ClientTools[],
  targetMajor: number,
  archiveVersion: string,
): ClientTools {
  const readerMajor = archiveReaderMajor(archiveVersion);
  const lowestReader = lowestFrom(tools, readerMajor, 'to read this backup');
  const readers = tools.filter(({ major }) => major >= readerMajor).toSorted((a, b) => a.major - b.major);
  return readers.find(({ major }) => major >= targetMajor) ?? readers.at(-1) ?? lowestReader;
}

/** The lowest major whose pg_restore reads archives of this version. */
export function archiveReaderMajor(archiveVersion: string): number {
  const minor = Number(archiveVersion.split('.')[1]);
  if (minor <= 14) return 12;
  return minor === 15 ? 16 : 17;
}

/** The version of the archives that pg_dump of this major writes. */
export function archiveVersionOf(dumpMajor: number): string {
  if (dumpMajor <= 15) return '1.14';
  return dumpMajor === 16 ? '1.15' : '1.16';
}

function lowestFrom(tools: readonly ClientTools[], major: number, purpose: string): ClientTools {
  if (tools.length === 0) throw missing('no PostgreSQL client programs were found');
  const fitting = tools.filter((set) => set.major >= major).toSorted((a, b) => a.major - b.major);
  if (fitting[0]) return fitting[0];
  throw new Failure(
    'TOOL_TOO_OLD',
    `the newest client programs here are of version ${tools[0]!.version}, too old ${purpose}`,
    `Install the PostgreSQL client programs of version ${major} or later (Debian: postgresql-client-${major}).`,
    { details: { needed: major, found: tools } },
  );
}

function missing(sentence: string): Failure {
  return new Failure(
    'TOOL_MISSING',
    sentence,
    'Install pg_dump, pg_restore, pg_dumpall and psql (Debian: postgresql-client), or name their folder with `source add … --tools DIR`.',
  );
}

async function expand(place: string): Promise<string[]> {
  const star = place.indexOf('*');
  if (star === -1) return [place];
  const separator = process.platform === 'win32' ? '\\' : '/';
  const parent = place.slice(0, place.lastIndexOf(separator, star));
  const [pattern = '', ...rest] = place.slice(parent.length + 1).split(separator);
  const [before = '', after = ''] = pattern.split('*');
  const names = await readdir(parent).catch(() => [] as string[]);
  return names
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .map((name) => [parent, name, ...rest].join(separator));
}

async function inspect(dir: string): Promise<ClientTools | null> {
  const names: ToolName[] = ['pg_dump', 'pg_restore', 'pg_dumpall', 'psql'];
  try {
    for (const name of names) {
      const path = join(dir, name + exe);
      await access(path);
      // Debian's /usr/bin/pg_dump is a script that picks some version: not a set of its own.
      if ((await realpath(path)).endsWith('pg_wrapper')) return null;
    }
    const printed = await runTool({ path: join(dir, 'pg_dump' + exe), args: ['--version'] });
    const version = /\(PostgreSQL\) (\d+(?:\.\d+)*)/.exec(printed)?.[1];
    return version ? { version, major: Number.parseInt(version, 10), dir } : null;
  } catch {
    return null; // a folder without a whole set, or with one that does not run, is no set
  }
}
