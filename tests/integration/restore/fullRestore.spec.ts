import { expect } from '@playwright/test';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { pictureOf } from '../../support/databasePicture.ts';
import { lastRestore, restoreInto, test } from '../../support/restoredShop.ts';
import { halfMade } from '../../support/shopConsole.ts';
import { succeed } from '../../support/strongroom.ts';

test('a restored shop equals the live one in rows, structure, sequences, large objects and owners', async ({
  backedUp,
  cluster,
  target,
}) => {
  const answer = await succeed<RestoreAnswer>(backedUp.cli, ...restoreInto(backedUp, target));
  expect(await pictureOf(cluster, target)).toEqual(await pictureOf(cluster, backedUp.database));

  expect(answer).toMatchObject({
    status: 'COMPLETED',
    target,
    heldAs: target,
    swapped: false,
    verification: { ok: true },
    notes: [],
  });
  const expected = backedUp.manifest.tables.map(({ schema, table, rows }) => ({
    name: `${schema}.${table}`,
    expectedRows: rows,
    rows,
    match: true,
  }));
  expect(answer.verification?.tables).toEqual(expected);
  expect(answer.restoredBytes).toBe(backedUp.backup.plainBytes);
  expect(await lastRestore(backedUp.cli)).toEqual(answer);
  expect(halfMade(backedUp)).toEqual([]);
});
