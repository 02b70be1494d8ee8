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

/** What has to be said of a backup that was not made by us, whenever it is taken in or restored; null of one that was. */
export function foreignSqlWarning({ imported }: Pick<Manifest, 'imported'>): string | null {
  if (!imported) return null;
  return `this backup was imported from ${imported.file}: a restore runs the SQL of that file on the server, so restore it only if you trust where it comes from`;
}

/** Bytes of all objects as they are stored. */
export function storedBytes(manifest: Manifest): number {
  return manifest.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Bytes of all objects before compression. */
export function plainBytes(manifest: Manifest): number {
  return manifest.objects.reduce((sum, object) => sum + object.plainBytes, 0);
}
