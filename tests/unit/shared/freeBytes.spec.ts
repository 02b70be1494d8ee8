import { expect, test } from '@playwright/test';
import { freeBytes, freeing } from '../../../shared/freeBytes.ts';

test('a piece that is all of its memory is empty when it was given back', () => {
  const piece = Buffer.from(new ArrayBuffer(10));
  freeBytes(piece);
  expect(piece.length).toBe(0);
});

test('pieces of one large memory are there until the last of them is given back', () => {
  const memory = Buffer.alloc(200_000, 'x');
  const [first, last] = [memory.subarray(0, 150_000), memory.subarray(150_000)];
  freeBytes(first);
  expect(first.toString()).toBe('x'.repeat(150_000));
  freeBytes(last);
  expect([first.length, last.length]).toEqual([0, 0]);
});

test('the memory that Node cuts small buffers from is left alone, down to its end', () => {
  const size = Buffer.allocUnsafe(1).buffer.byteLength;
  const small = Array.from({ length: size }, () => Buffer.from('1234567'));
  for (const piece of small.filter((_, index) => index % 2 === 0)) freeBytes(piece);
  const left = small.filter((_, index) => index % 2 === 1).filter((piece) => piece.toString() !== '1234567');
  expect(left).toEqual([]);
});

test('a piece of a stream is whole until the next one is asked for', async () => {
  async function* source() {
    for (let piece = 0; piece < 3; piece++) yield Buffer.from(new TextEncoder().encode(`piece ${piece}`).buffer);
  }
  const seen: Buffer[] = [];
  for await (const piece of freeing(source())) {
    expect(piece.toString()).toBe(`piece ${seen.length}`);
    seen.push(piece);
  }
  expect(seen.map(({ length }) => length)).toEqual([0, 0, 0]);
});
