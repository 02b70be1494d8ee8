import { expect, test } from '@playwright/test';
import { nobodyWrote } from '../../../main/merge/compareMoment.ts';

/** The transaction 800 compared, in a snapshot before which 799 had ended. */
const quiet = { snapshot: '800:800:', transaction: '800' };
const withWriter = { snapshot: '790:800:790', transaction: '800' };

test('nobody has written while the snapshot is the same', () => {
  expect(nobodyWrote(quiet, '800:800:')).toBe(true);
  expect(nobodyWrote(withWriter, '790:800:790')).toBe(true);
});

test('nobody has written where only the transaction that compared has ended since', () => {
  expect(nobodyWrote(quiet, '801:801:')).toBe(true);
  expect(nobodyWrote(withWriter, '790:801:790')).toBe(true);
});

test('somebody may have written where another transaction has begun since', () => {
  expect(nobodyWrote(quiet, '802:802:')).toBe(false);
  expect(nobodyWrote(quiet, '801:802:801')).toBe(false);
  expect(nobodyWrote({ snapshot: '800:800:', transaction: '801' }, '802:802:')).toBe(false);
});

test('somebody may have written where one that was open then has ended since', () => {
  expect(nobodyWrote(withWriter, '801:801:')).toBe(false);
  expect(nobodyWrote({ snapshot: '790:800:790,795', transaction: '800' }, '790:801:790')).toBe(false);
});

test('somebody may have written where one had begun before the one that compared', () => {
  expect(nobodyWrote({ snapshot: '800:800:', transaction: '801' }, '801:801:')).toBe(false);
});
