import type { ArchiveToc, TocEntry } from './archiveToc.ts';

const sectionData = 3;
/** Settings of the session: every archive begins with them, whatever else it holds. */
const settings = ['ENCODING', 'STDSTRINGS', 'SEARCHPATH'];
const placeUnknown = 1;
const noData = 3;

/**
 * Writes the head of an archive anew, as if pg_dump had made it without compression, into a pipe, and with
 * `--section=data` or with the two other sections.
 * @param head the bytes of `toc`.
 */
export function headOfSection(head: Buffer, toc: ArchiveToc, section: 'data' | 'schema'): Buffer {
  const kept = toc.entries.filter(
    (entry) => settings.includes(entry.desc) || (entry.section === sectionData) === (section === 'data'),
  );
  const [compressionFrom, compressionUntil] = toc.compressionAt;
  const [countFrom] = toc.countAt;
  return Buffer.concat([
    head.subarray(0, compressionFrom),
    Buffer.alloc(compressionUntil - compressionFrom), // none is zero in every version
    head.subarray(compressionUntil, countFrom),
    archiveInt(kept.length, toc.intSize),
    ...kept.flatMap((entry) => [head.subarray(entry.from, entry.placeAt), placeOf(head, entry)]),
  ]);
}

/** Data is found by its number from now on: its place in the file is another one. */
function placeOf(head: Buffer, { placeAt, until }: TocEntry): Buffer {
  const place = Buffer.alloc(until - placeAt);
  place[0] = head[placeAt] === noData ? noData : placeUnknown;
  return place;
}

/** WriteInt in pg_backup_archiver.c, of what is not negative. */
export function archiveInt(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(1 + size);
  bytes.writeUInt32LE(value, 1);
  return bytes;
}
