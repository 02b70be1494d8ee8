import { expect, test } from '@playwright/test';
import { splitTables, tablePattern, type SizedTable } from '../../../main/backup/splitTables.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const megabyte = 1_000_000;
const windowsCommandLine = 32_767;

const tables = (...sizes: number[]): SizedTable[] =>
  sizes.map((bytes, index) => ({ schema: 'shop', table: `t${index}`, bytes }));

const loadOf = (stream: readonly SizedTable[]) => stream.reduce((sum, { bytes }) => sum + bytes, 0);

test('a small database is dumped by one program', () => {
  expect(splitTables(tables(20 * megabyte, 11 * megabyte), 4)).toEqual([]);
});

test('a single processor is given one program', () => {
  expect(splitTables(tables(500 * megabyte, 500 * megabyte), 1)).toEqual([]);
});

test('a database without tables is dumped by one program', () => {
  expect(splitTables([], 4)).toEqual([]);
});

test('one table cannot be split', () => {
  expect(splitTables(tables(5_000 * megabyte), 4)).toEqual([]);
});

test('two processors share the tables by size', () => {
  const [a, b, c, d] = tables(600 * megabyte, 300 * megabyte, 200 * megabyte, 50 * megabyte);
  expect(splitTables([a!, b!, c!, d!], 2)).toEqual([[b, c, d]]);
});

test('never more than four programs run, whatever the machine has', () => {
  const further = splitTables(tables(...Array.from({ length: 40 }, () => 10 * megabyte)), 64);
  expect(further).toHaveLength(3);
  expect(further.map(loadOf)).toEqual([100 * megabyte, 100 * megabyte, 100 * megabyte]);
});

test('tables of no size do not make an empty stream', () => {
  expect(splitTables(tables(100 * megabyte, 0, 0, 0), 4).every((stream) => stream.length > 0)).toBe(true);
});

test('within quotes every character of a name is itself, and a quote is doubled', () => {
  expect(tablePattern({ schema: 'shop', table: 'sales' })).toBe('"shop"."sales"');
  expect(tablePattern({ schema: 'Sh.op', table: 'a"b*?|[x]$ é' })).toBe('"Sh.op"."a""b*?|[x]$ é"');
});

test.describe('of whatever database', () => {
  const databases = Array.from({ length: 300 }, (_, seed) => database(seed));

  test('no table is named twice, and the first stream is left with some', () => {
    for (const { all, processors } of databases) {
      const named = splitTables(all, processors).flat();
      expect(new Set(named).size).toBe(named.length);
      expect(named.every((table) => all.includes(table))).toBe(true);
      expect(named.length).toBeLessThan(Math.max(1, all.length));
    }
  });

  test('the streams never outnumber the processors, and none is empty', () => {
    for (const { all, processors } of databases) {
      const further = splitTables(all, processors);
      expect(further.length + 1).toBeLessThanOrEqual(Math.max(1, Math.min(4, processors)));
      expect(further.every((stream) => stream.length > 0)).toBe(true);
    }
  });

  test('every command line is short enough for Windows, quotes escaped', () => {
    for (const { all, processors } of databases) {
      const further = splitTables(all, processors);
      const lines = [
        further.flat().map((table) => `--exclude-table-data=${tablePattern(table)}`),
        ...further.map((stream) => stream.map((table) => `--table=${tablePattern(table)}`)),
      ];
      for (const line of lines) {
        const escaped = line.map((argument) => `"${argument.replaceAll('"', '\\"')}" `).join('');
        expect(escaped.length).toBeLessThan(windowsCommandLine);
      }
    }
  });

  test('no stream is heavier than an even share and one table more, while names are short', () => {
    for (const { all, processors } of databases.filter(({ all: { length } }) => length < 50)) {
      const further = splitTables(all, processors);
      if (further.length === 0) continue;
      const rest = loadOf(all) - loadOf(further.flat());
      const share = loadOf(all) / Math.min(4, processors, all.length);
      for (const load of [rest, ...further.map(loadOf)]) expect(load).toBeLessThanOrEqual(share + all[0]!.bytes);
    }
  });
});

/** Anything from an empty database to thousands of tables with long names, biggest first. */
function database(seed: number): { all: SizedTable[]; processors: number } {
  const random = seededRandom(seed);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const count = upTo(3) === 0 ? upTo(3_000) : upTo(40);
  const letters = ['a', 'Z', '"', '.', '*', ' ', 'é', '漢'];
  const name = () => Array.from({ length: 1 + upTo(63) }, () => letters[upTo(letters.length)]).join('');
  const all = Array.from({ length: count }, () => ({
    schema: name(),
    table: name(),
    bytes: upTo(4) === 0 ? 0 : upTo(500 * megabyte),
  }));
  return { all: all.toSorted((a, b) => b.bytes - a.bytes), processors: 1 + upTo(16) };
}
