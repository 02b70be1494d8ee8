import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, test } from '@playwright/test';
import { BlockPool, TenantArchive } from '../../../main/streams/tenantArchive.ts';
import { TableDigests } from '../../../main/streams/tableDigests.ts';
import { archiveHead, type BuiltTable } from '../../support/archiveBuilder.ts';

const sales: BuiltTable = {
  dumpId: 300,
  oid: 16_500,
  schema: 'shop',
  table: 'sales',
  columns: 'id, total',
  rows: Array.from({ length: 500 }, (_, n) => `${n}\t${'9'.repeat(n % 90)}`),
};
const returns: BuiltTable = { ...sales, dumpId: 301, oid: 16_501, table: 'returns', rows: [] };
const later: BuiltTable = { ...sales, dumpId: 302, oid: 16_502, table: 'later', rows: ['1\tlast'] };
const tables = [sales, returns, later];
const head = archiveHead({ minor: 14, tables });

for (const blockSize of [32, 33, 64, 100, 4096])
  test(`what is written in blocks of ${blockSize} bytes is an archive with all rows`, async () => {
    const archive = new TenantArchive(head, new BlockPool(blockSize, 1000, () => undefined));
    const whole = buffer(archive.bytes());
    for (const { dumpId, oid, schema, table, columns, rows } of tables) {
      archive.beginTable(dumpId);
      for (const row of rows) {
        const bytes = Buffer.from(`not this ${row}\nnor this`);
        archive.append(bytes, 9, bytes.length - 8, 1);
      }
      archive.endTable({ oid, schema, table, copyTarget: `${schema}.${table} (${columns})` });
    }
    archive.end();
    const digests = new TableDigests();
    digests.push(await whole);
    digests.end();
    expect(digests.tables).toEqual(archive.tables);
    const text = sales.rows.map((row) => `${row}\n`).join('');
    expect(archive.tables[0]).toMatchObject({ rows: 500, sha256: createHash('sha256').update(text).digest('hex') });
    expect(archive.tables.map(({ rows }) => rows)).toEqual([500, 0, 1]);
  });

test('reading pauses while too many blocks wait, and goes on when half of them are gone', async () => {
  const told: boolean[] = [];
  const pool = new BlockPool(100, 4, (full) => told.push(full));
  const archive = new TenantArchive(head, pool);
  archive.beginTable(300);
  archive.append(Buffer.alloc(1000, 'x\n'), 0, 1000, 500);
  expect(told).toEqual([true]);
  archive.endTable({ oid: 1, schema: 'shop', table: 'sales', copyTarget: 'shop.sales' });
  archive.end();
  await buffer(archive.bytes());
  expect(told).toEqual([true, false]);
});

test('an archive that is given up ends with the reason', async () => {
  const archive = new TenantArchive(head, new BlockPool(100, 4, () => undefined));
  const whole = buffer(archive.bytes());
  archive.fail(new Error('the disk is full'));
  await expect(whole).rejects.toThrow('the disk is full');
});
