import { expect, test } from '@playwright/test';
import { EventEmitter } from 'node:events';
import type { Connection } from 'pg';
import { CopyOut, joined, type RowTaker } from '../../../main/postgres/copyOut.ts';

function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const rows = ['1\tone\n', '\n', `2\t${'long '.repeat(50)}\n`, '3\t\\N\n'];
const opening = [message('H', '\0\0\0')];
const ending = [message('c', ''), message('C', 'COPY 4\0'), message('Z', 'I')];
const answer = Buffer.concat([...opening, ...rows.map((row) => message('d', row)), ...ending]);

/** What a server answers to a COPY, in chunks of this size. @returns what the driver gets to see of it. */
function answerTo(taker: RowTaker, chunkBytes: number): Buffer {
  const seen: Buffer[] = [];
  const stream = new EventEmitter().on('data', (bytes: Buffer) => seen.push(Buffer.from(bytes)));
  new CopyOut('COPY rows TO STDOUT', taker).submit({ stream, query: () => undefined } as unknown as Connection);
  for (let at = 0; at < answer.length; at += chunkBytes)
    stream.emit('data', Buffer.from(answer.subarray(at, at + chunkBytes)));
  return Buffer.concat(seen);
}

for (const chunkBytes of [1, 2, 3, 7, 16, 100, answer.length])
  test(`rows come whole and in order out of chunks of ${chunkBytes} bytes, and the driver sees the rest`, () => {
    const found: string[] = [''];
    const pieces: RowTaker = {
      piece(bytes, from, until, endsRow) {
        expect(until).toBeGreaterThan(from);
        found[found.length - 1] += bytes.toString('utf8', from, until);
        if (endsRow) found.push('');
      },
      end: () => undefined,
    };
    expect(answerTo(pieces, chunkBytes)).toEqual(Buffer.concat([...opening, ...ending]));
    expect(found).toEqual([...rows, '']);
  });

test('rows are joined, so that a chunk of them is told once', () => {
  const told: string[] = [];
  answerTo(
    joined((bytes) => told.push(bytes.toString())),
    answer.length,
  );
  expect(told).toEqual([rows.join('')]);
  for (const chunkBytes of [1, 5, 64]) {
    const parts: string[] = [];
    answerTo(
      joined((bytes) => parts.push(bytes.toString())),
      chunkBytes,
    );
    expect(parts.join('')).toBe(rows.join(''));
  }
});
