/** A table of a synthetic archive; its rows are lines of COPY text without their line feed. */
export interface BuiltTable {
  dumpId: number;
  oid: number;
  schema: string;
  table: string;
  columns: string;
  rows: readonly string[];
}

/** Large objects as pg_dump writes them, in one block: by oid the chunks of each. */
export interface BuiltObjects {
  dumpId: number;
  objects: readonly { oid: number; chunks: readonly Buffer[] }[];
}

interface ArchivePlan {
  /** 14 is written by pg_dump 14 and 15, 15 by 16, 16 by 17 and 18. */
  minor: number;
  tables: readonly BuiltTable[];
  largeObjects?: BuiltObjects;
  intSize?: number;
  offsetSize?: number;
  /** 1 custom, 3 tar. */
  format?: number;
}

/** WriteInt: a sign byte, then the value, low byte first. */
function int(value: number, size = 4): Buffer {
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = value < 0 ? 1 : 0;
  for (let i = 0, rest = Math.abs(value); i < size; i++, rest = Math.floor(rest / 256)) bytes[1 + i] = rest % 256;
  return bytes;
}

/** WriteStr: the length, then the bytes; -1 for none. */
function text(value: string | null, intSize: number): Buffer {
  if (value === null) return int(-1, intSize);
  const bytes = Buffer.from(value);
  return Buffer.concat([int(bytes.length, intSize), bytes]);
}

/** Magic, header and table of contents, field by field as WriteHead and WriteToc in pg_backup_archiver.c do. */
export function archiveHead(plan: ArchivePlan): Buffer {
  const { minor, tables, largeObjects, intSize = 4, offsetSize = 8, format = 1 } = plan;
  const number = (value: number) => int(value, intSize);
  const string = (value: string | null) => text(value, intSize);
  const entry = (fields: { dumpId: number; oid: number; tag: string; desc: string; schema: string; copy: string }) => [
    number(fields.dumpId),
    number(1),
    string('1259'),
    string(String(fields.oid)),
    string(fields.tag),
    string(fields.desc),
    number(2),
    string(''),
    string(null),
    string(fields.copy),
    string(fields.schema),
    string(null),
    string('heap'),
    ...(minor >= 16 ? [number(114)] : []),
    string('keeper'),
    string('false'),
    string('12'),
    string('34'),
    string(null),
    Buffer.alloc(1 + offsetSize, 1),
  ];
  const schema = entry({ dumpId: 5, oid: 77, tag: 'shop', desc: 'SCHEMA', schema: '', copy: '' });
  const rows = tables.map((table) =>
    entry({
      dumpId: table.dumpId,
      oid: table.oid,
      tag: table.table,
      desc: 'TABLE DATA',
      schema: table.schema,
      copy: `COPY ${table.schema}.${table.table} (${table.columns}) FROM stdin;\n`,
    }),
  );
  const objects = largeObjects
    ? [entry({ dumpId: largeObjects.dumpId, oid: 0, tag: 'BLOBS', desc: 'BLOBS', schema: '', copy: '' })]
    : [];
  const entries = [schema, ...rows, ...objects];
  return Buffer.concat([
    Buffer.from('PGDMP'),
    Buffer.from([1, minor, 0, intSize, offsetSize, format]),
    minor >= 15 ? Buffer.from([0]) : number(0),
    ...[1, 2, 3, 4, 5, 126, 0].map(number),
    string('shop'),
    string('15.18'),
    string('15.18 (Debian 15.18-1)'),
    number(entries.length),
    ...entries.flat(),
  ]);
}

/** One table's rows as a block: a chunk per row, then the end marker, then the empty chunk. */
export function tableBlock({ dumpId, rows }: Pick<BuiltTable, 'dumpId' | 'rows'>, end = '\\.\n\n\n'): Buffer {
  const chunks = [...rows.map((row) => `${row}\n`), end].map((chunk) => text(chunk, 4));
  return Buffer.concat([Buffer.from([1]), int(dumpId), ...chunks, int(0)]);
}

export function objectsBlock({ dumpId, objects }: BuiltObjects): Buffer {
  const parts = objects.flatMap(({ oid, chunks }) => [
    int(oid),
    ...chunks.flatMap((chunk) => [int(chunk.length), chunk]),
    int(0),
  ]);
  return Buffer.concat([Buffer.from([3]), int(dumpId), ...parts, int(0)]);
}

/** A whole archive: the tables in their order, the large objects after the first of them. */
export function buildArchive(plan: ArchivePlan): Buffer {
  const [first, ...others] = plan.tables.map((table) => tableBlock(table));
  const objects = plan.largeObjects ? [objectsBlock(plan.largeObjects)] : [];
  return Buffer.concat([archiveHead(plan), ...(first ? [first] : []), ...objects, ...others]);
}
