import { expect, test } from '@playwright/test';
import { keptName } from '../../../main/restore/swap.ts';

const restoreId = '01K1234567ABCDEFGHJKMNPQRS';
const suffix = '_before_ghjkmnpqrs';
/** What PostgreSQL keeps of a name. */
const limit = 63;
const room = limit - suffix.length;

test('a replaced database is kept under its name and that of the restore', () => {
  expect(keptName('shop', restoreId)).toBe(`shop${suffix}`);
});

test('a name that just fits is kept whole', () => {
  expect(keptName('s'.repeat(room), restoreId)).toBe(`${'s'.repeat(room)}${suffix}`);
});

test('a longer name is cut to what PostgreSQL keeps, not the end that tells the restore', () => {
  expect(keptName('s'.repeat(limit), restoreId)).toBe(`${'s'.repeat(room)}${suffix}`);
});

for (const letter of ['ä', '漢', '💍'])
  test(`a name of ${letter} is cut between letters, never within one`, () => {
    for (let before = 0; before < 8; before++) {
      const live = 'x'.repeat(before) + letter.repeat(20);
      const kept = keptName(live, restoreId);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(limit);
      expect(Buffer.from(kept).toString()).toBe(kept);
      expect(live.startsWith(kept.slice(0, -suffix.length))).toBe(true);
      expect(kept.endsWith(suffix)).toBe(true);
    }
  });

test('two restores do not keep under the same name', () => {
  expect(keptName('shop', '01K1234567ABCDEFGHJKMNPQRT')).not.toBe(keptName('shop', restoreId));
});
