import { Failure } from '../../shared/failure.ts';
import type { Manifest, ManifestDatabase, ManifestRole } from '../../shared/manifest.ts';
import type { ArchiveToc, TocEntry } from '../postgres/archiveToc.ts';
import type { Inventory } from '../postgres/inventory.ts';

/** What an archive itself tells of the database that it was made of. */
export interface ForeignFacts {
  madeAt: Date;
  server: Manifest['server'];
  tool: Manifest['tool'];
  database: Omit<ManifestDatabase, 'sizeBytes'>;
  /** Of the archive. */
  encoding: string;
  roles: ManifestRole[];
  inventory: Inventory;
  /** The tables with row-level security, as `schema.table`. */
  rowSecurity: string[];
  /** What is in the archive and will not be restored. */
  notes: string[];
}

/** As pg_dump writes a name: plain, or in double quotes. */
const name = '(?:"(?:[^"]|"")+"|[^\\s".,;()]+)';

/**
 * Reads off a table of contents what a manifest has to say. SQL that pg_dump has written is looked at, and never run.
 * @throws IMPORT_REFUSED when it is not the dump of a whole database, with rows that COPY can read.
 */
export function foreignFacts(toc: ArchiveToc): ForeignFacts {
  const of = (...descs: string[]) => toc.entries.filter(({ desc }) => descs.includes(desc));
  const [made] = of('DATABASE');
  const rows = of('TABLE DATA');
  if (!made || (rows.length > 0 && of('TABLE').length === 0)) throw notWhole('it holds rows without their tables');
  if (rows.length === 0 && of('TABLE').some(({ definition }) => !/\nPARTITION BY /.test(definition)))
    throw notWhole('it holds tables without their rows');
  const other = rows.find(({ copyStatement }) => !isCopy(copyStatement));
  if (other) throw notWhole(`the rows of ${other.namespace}.${other.tag} are INSERT statements`);
  const [year, month, day, hours, minutes, seconds] = toc.madeAt;
  return {
    madeAt: new Date(year, month - 1, day, hours, minutes, seconds),
    server: versionOf(toc.serverVersion),
    tool: versionOf(toc.dumpVersion),
    database: databaseOf(made, toc.database),
    encoding: /'(.*)'/.exec(of('ENCODING')[0]?.definition ?? '')?.[1] ?? 'UTF8',
    roles: [...rolesIn(toc.entries)].toSorted().map(plainRole),
    inventory: inventoryOf(of),
    rowSecurity: of('ROW SECURITY').map(({ namespace, tag }) => `${namespace}.${tag}`),
    notes: [
      ...(of('DATABASE PROPERTIES').length > 0
        ? [
            'settings of the database (ALTER DATABASE … SET, its comment, grants on it) are not restored from an imported dump',
          ]
        : []),
      ...(of('SUBSCRIPTION').length > 0 ? ['subscriptions are not restored'] : []),
    ],
  };
}

function isCopy(statement: string): boolean {
  // A table without columns has no list of them.
  return new RegExp(`^COPY ${name}\\.${name} +(?:\\(${name}(?:, ${name})*\\) )?FROM stdin;\\n?$`).test(statement);
}

function notWhole(reason: string): Failure {
  return new Failure(
    'IMPORT_REFUSED',
    `the archive is not the dump of a whole database: ${reason}`,
    'Import a dump that was made with pg_dump -Fc and without --schema-only, --data-only and --inserts.',
    { details: { reason } },
  );
}

/** `15.18 (Debian 15.18-0+deb12u1)` */
function versionOf(text: string): { version: string; major: number } {
  const version = text.split(' ')[0] ?? '';
  return { version, major: Number.parseInt(version, 10) || 0 };
}

function databaseOf({ definition, owner }: TocEntry, database: string): Omit<ManifestDatabase, 'sizeBytes'> {
  const options = new Map<string, string>();
  const clauses = definition.slice(definition.indexOf(' WITH TEMPLATE = ') + 1);
  for (const [, option, quoted, bare] of clauses.matchAll(/\b([A-Z_]+) = (?:'((?:[^']|'')*)'|(\w+))/g))
    options.set(option!, quoted?.replaceAll("''", "'") ?? bare ?? '');
  const locale = options.get('LOCALE') ?? 'C';
  return {
    name: database,
    owner,
    encoding: options.get('ENCODING') ?? 'UTF8',
    collate: options.get('LC_COLLATE') ?? locale,
    ctype: options.get('LC_CTYPE') ?? locale,
    localeProvider: (options.get('LOCALE_PROVIDER') ?? 'c')[0]!,
    locale: options.get('ICU_LOCALE') ?? options.get('BUILTIN_LOCALE') ?? null,
    connectionLimit: -1,
    comment: null,
    grants: null,
    settings: [],
  };
}

/** Whoever owns something, was granted something, or is named by a policy; their attributes are in no dump. */
function rolesIn(entries: readonly TocEntry[]): Set<string> {
  const roles = new Set(entries.map(({ owner }) => owner).filter((owner) => owner !== ''));
  for (const { desc, definition } of entries) {
    const lists =
      desc === 'ACL' || desc === 'DEFAULT ACL'
        ? [...definition.matchAll(new RegExp(` TO (${name})(?: WITH GRANT OPTION)?;$`, 'gm'))].map(([, role]) => role!)
        : desc === 'POLICY'
          ? [new RegExp(` TO (${name}(?:, ${name})*)(?: USING| WITH CHECK|;)`).exec(definition)?.[1] ?? '']
          : [];
    for (const list of lists)
      for (const [role] of list.matchAll(new RegExp(name, 'g'))) if (role !== 'PUBLIC') roles.add(unquoted(role));
  }
  return roles;
}

function plainRole(role: string): ManifestRole {
  const none = { superuser: false, createRole: false, createDb: false, login: false, replication: false };
  return { name: role, ...none, inherit: true, bypassRls: false, connectionLimit: -1, memberOf: [] };
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** Names are taken from the SQL, where they are quoted as the server quotes them. */
function inventoryOf(of: (...descs: string[]) => TocEntry[]): Inventory {
  const all = (descs: string[], pattern: string, say: (found: string[]) => string) =>
    of(...descs)
      .map(({ definition }) => new RegExp(pattern).exec(definition))
      .filter((found) => found !== null)
      .map((found) => say(found.slice(1)));
  const key = `^ALTER TABLE (?:ONLY )?(${name})\\.(${name})\\n    ADD CONSTRAINT (${name}) `;
  return {
    tablespaces: [],
    extensions: of('EXTENSION').map(({ tag }) => ({ name: tag, version: '' })),
    indexes: [
      ...all(
        ['INDEX'],
        `^CREATE (?:UNIQUE )?INDEX (${name}) ON (?:ONLY )?(${name})\\.`,
        ([index, schema]) => `${schema}.${index}`,
      ),
      ...all(['CONSTRAINT'], `${key}(?:PRIMARY KEY|UNIQUE|EXCLUDE)`, ([schema, , index]) => `${schema}.${index}`),
    ].toSorted(),
    foreignKeys: all(
      ['FK CONSTRAINT'],
      `${key}FOREIGN KEY(?![\\s\\S]* NOT VALID;\\s*$)`,
      ([schema, table, constraint]) => `${schema}.${table}: ${constraint}`,
    ).toSorted(),
    sequences: sequencesOf(of),
    materializedViews: all(
      ['MATERIALIZED VIEW'],
      `^CREATE MATERIALIZED VIEW (${name}\\.${name})`,
      ([view]) => view!,
    ).map((view) => ({ name: view, rows: null })),
    largeObjects: {
      // Until 16 an entry for each, since 17 one with the number of each in a line.
      count:
        of('BLOB').length +
        of('BLOB METADATA').reduce((sum, { definition }) => sum + definition.split('\n').filter(Boolean).length, 0),
      fingerprint: null,
    },
  };
}

function sequencesOf(of: (...descs: string[]) => TocEntry[]): Inventory['sequences'] {
  const key = ({ namespace, tag }: TocEntry) => JSON.stringify([namespace, tag]);
  const descending = new Set(
    of('SEQUENCE')
      .filter(({ definition }) => / INCREMENT BY -/.test(definition))
      .map(key),
  );
  return of('SEQUENCE SET').flatMap((entry) => {
    const found = /setval\('((?:[^']|'')+)', (-?\d+), (true|false)\)/.exec(entry.definition);
    if (!found) return [];
    const lastValue = found[3] === 'true' ? found[2]! : null;
    return [{ name: found[1]!.replaceAll("''", "'"), lastValue, ascending: !descending.has(key(entry)) }];
  });
}
