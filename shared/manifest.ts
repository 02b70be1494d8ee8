import type { z } from 'zod';
import type { manifestSchema } from './manifestSchema.ts';

/** The version of the repository format that this program writes; a greater one is refused. */
export const formatVersion = 1;

/** The small signed document beside a backup that makes it exist. */
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestObject = Manifest['objects'][number];
export type ManifestTable = Manifest['tables'][number];
export type ManifestDatabase = Manifest['database'];
export type ManifestRole = Manifest['roles'][number];

/**
 * The encoding of an archive, and of the table digests, by that of its database: UTF8, which every tool reads, but where
 * the server could not convert.
 */
export function archiveEncoding(databaseEncoding: string): string {
  return ['SQL_ASCII', 'MULE_INTERNAL'].includes(databaseEncoding) ? databaseEncoding : 'UTF8';
}

/** The encoding of the archives of a backup, and of its table digests. */
export function encodingOf({ imported, database }: Manifest): string {
  return imported?.encoding ?? archiveEncoding(database.encoding);
}

/** What has to be said of a backup that was not made by us, whenever it is taken in, shown or restored; else nothing. */
export function foreignWarnings(manifest: Pick<Manifest, 'imported' | 'tables'>): string[] {
  const { imported } = manifest;
  if (!imported) return [];
  const runs = `this backup was imported from ${imported.file}: a restore runs the SQL of that file on the server, so restore it only if you trust where it comes from`;
  const hidden = hiddenRowsWarning(manifest);
  return hidden === null ? [runs] : [runs, hidden];
}

const namesShown = 3;

/**
 * Of an imported dump of tables with row-level security. pg_dump writes the same archive whether it was told
 * `--enable-row-security` or not (seen with 15 and 17): nothing in it says by what role it was made, and what that saw.
 */
export function hiddenRowsWarning({ imported, tables }: Pick<Manifest, 'imported' | 'tables'>): string | null {
  const secured = imported?.rowSecurity ?? [];
  if (secured.length === 0) return null;
  const empty = tables.filter(({ schema, table, rows }) => rows === 0 && secured.includes(`${schema}.${table}`));
  const more = secured.length - namesShown;
  const names = `${secured.slice(0, namesShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return (
    `row-level security is on for ${names}, and the file does not tell whether who made it saw every row: ` +
    `made with --enable-row-security it may lack some${empty.length > 0 ? `, and ${empty.length} of these tables ${empty.length === 1 ? 'is' : 'are'} empty` : ''}`
  );
}

/** Bytes of all objects as they are stored. */
export function storedBytes(manifest: Manifest): number {
  return manifest.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Bytes of all objects before compression. */
export function plainBytes(manifest: Manifest): number {
  return manifest.objects.reduce((sum, object) => sum + object.plainBytes, 0);
}
