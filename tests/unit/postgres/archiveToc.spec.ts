import { expect, test } from '@playwright/test';
import { parseToc, UnknownArchive } from '../../../main/postgres/archiveToc.ts';
import { archiveHead, type BuiltTable } from '../../support/archiveBuilder.ts';

const sales: BuiltTable = {
  dumpId: 300,
  oid: 4_000_000_000,
  schema: 'shop',
  table: 'sälès',
  columns: 'id, total',
  rows: [],
};
const objects = { dumpId: 9, objects: [] };

for (const minor of [14, 15, 16])
  test(`reads the table of contents of version 1.${minor}`, () => {
    const head = archiveHead({ minor, tables: [sales], largeObjects: objects });
    expect(parseToc(head)).toMatchObject({
      version: `1.${minor}`,
      serverVersion: '15.18',
      dumpVersion: '15.18 (Debian 15.18-1)',
      database: 'shop',
      madeAt: [2026, 6, 4, 3, 2, 1],
      compression: 'none',
      byteLength: head.length,
      intSize: 4,
      entries: [
        {
          dumpId: 5,
          oid: 77,
          desc: 'SCHEMA',
          namespace: '',
          tag: 'shop',
          copyStatement: '',
          section: 2,
          owner: 'keeper',
        },
        {
          dumpId: 300,
          oid: 4_000_000_000,
          desc: 'TABLE DATA',
          namespace: 'shop',
          tag: 'sälès',
          copyStatement: 'COPY shop.sälès (id, total) FROM stdin;\n',
        },
        { dumpId: 9, oid: 0, desc: 'BLOBS', namespace: '', tag: 'BLOBS', copyStatement: '' },
      ],
    });
  });

test('what follows the table of contents does not matter', () => {
  const head = archiveHead({ minor: 16, tables: [sales] });
  expect(parseToc(Buffer.concat([head, Buffer.from('more')]))?.byteLength).toBe(head.length);
});

test('a table of contents that has not come whole is asked for again, wherever it is cut', () => {
  const head = archiveHead({ minor: 15, tables: [sales] });
  for (let length = 0; length < head.length; length++) expect(parseToc(head.subarray(0, length))).toBeNull();
});

test('integers and offsets of other sizes are read', () => {
  const head = archiveHead({ minor: 14, tables: [sales], intSize: 8, offsetSize: 4 });
  expect(parseToc(head)).toMatchObject({ intSize: 8, byteLength: head.length, entries: [{}, { dumpId: 300 }] });
});

for (const minor of [13, 17])
  test(`an archive of version 1.${minor} is refused, because its layout is not known`, () => {
    expect(() => parseToc(archiveHead({ minor, tables: [] }))).toThrow(`archive version 1.${minor} is not known`);
  });

test('a tar archive is refused', () => {
  expect(() => parseToc(archiveHead({ minor: 14, tables: [], format: 3 }))).toThrow('not in the custom format');
});

test('plain SQL is no archive', () => {
  expect(() => parseToc(Buffer.from('--\n-- PostgreSQL database dump\n--\n'))).toThrow(UnknownArchive);
});
