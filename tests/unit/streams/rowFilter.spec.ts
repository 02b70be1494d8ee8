import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { RowFilter } from '../../../main/streams/rowFilter.ts';

/** Fields of rows as COPY writes them, with values that begin or end alike. */
const field = fc.constantFrom('', '7', '77', '17', '7 ', '\\N', '\\t7', 'über', '\\\\');
const tables = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 30 }));

test('exactly the rows whose field holds the value pass, however the text is cut', () => {
  fc.assert(
    fc.property(tables, fc.nat(3), field, fc.integer({ min: 1, max: 9 }), (table, place, value, size) => {
      const lines = table.map((row) => `${row.join('\t')}\n`);
      const text = Buffer.from(lines.join(''));
      const filter = new RowFilter({ field: place, value });
      const passed: Buffer[] = [];
      for (let at = 0; at < text.length; at += size) passed.push(filter.push(text.subarray(at, at + size)));
      const expected = lines.filter((_, index) => (table[index]![place] ?? null) === value);
      expect(Buffer.concat(passed).toString()).toBe(expected.join(''));
    }),
  );
});

test('what passed is not changed by what comes after it in the same bytes', () => {
  const bytes = Buffer.from('1\tours\n');
  const filter = new RowFilter({ field: 0, value: '1' });
  const passed = filter.push(bytes);
  bytes.fill(0);
  expect(passed.toString()).toBe('1\tours\n');
});
