import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { UnknownArchive } from '../../../main/postgres/archiveToc.ts';
import { TableDigests } from '../../../main/streams/tableDigests.ts';
import { buildArchive, type BuiltTable } from '../../support/archiveBuilder.ts';

const sales: BuiltTable = {
  dumpId: 300,
  oid: 16_500,
  schema: 'shop',
  table: 'sales',
  columns: 'id, "to tal"',
  rows: ['1\t9.90', '2\t0.10'],
};
const empty: BuiltTable = { ...sales, dumpId: 301, oid: 16_501, table: 'returns', rows: [] };
const archive = buildArchive({
  minor: 14,
  tables: [sales, empty],
  largeObjects: { dumpId: 9, objects: [{ oid: 1, chunks: [Buffer.from('picture\n')] }] },
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('counts and digests the COPY text of every table, and nothing of the large objects', () => {
  const digests = new TableDigests();
  for (let at = 0; at < archive.length; at += 7) digests.push(archive.subarray(at, at + 7));
  digests.end();
  expect(digests.version).toBe('1.14');
  expect(digests.tables).toEqual([
    {
      oid: 16_500,
      schema: 'shop',
      table: 'sales',
      copyTarget: 'shop.sales (id, "to tal")',
      rows: 2,
      copyBytes: 14,
      sha256: sha256('1\t9.90\n2\t0.10\n'),
    },
    {
      oid: 16_501,
      schema: 'shop',
      table: 'returns',
      copyTarget: 'shop.returns (id, "to tal")',
      rows: 0,
      copyBytes: 0,
      sha256: sha256(''),
    },
  ]);
});

test('the order of rows is part of the digest', () => {
  const digestOf = (rows: string[]) => {
    const digests = new TableDigests();
    digests.push(buildArchive({ minor: 16, tables: [{ ...sales, rows }] }));
    digests.end();
    return digests.tables[0]?.sha256;
  };
  expect(digestOf(['1\ta', '2\tb'])).not.toBe(digestOf(['2\tb', '1\ta']));
});

test('a dump that ends in the middle of a table is refused', () => {
  const digests = new TableDigests();
  digests.push(archive.subarray(0, archive.length - 3));
  expect(() => digests.end()).toThrow(UnknownArchive);
});
