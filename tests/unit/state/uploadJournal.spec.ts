import { join } from 'node:path';
import { expect } from '@playwright/test';
import { openState } from '../../../main/state/openState.ts';
import { uploadJournal } from '../../../main/state/uploadJournal.ts';
import { test } from '../../support/scratchFolder.ts';

const key = 'b/01K0/aa.data.zst.age';
const megabyte = 1024 * 1024;

test('an upload that was never begun is not found', ({ state }) => {
  expect(uploadJournal(state, 'r2').find(key)).toBeNull();
});

test('an upload is found with the parts that were confirmed, in their order', ({ state }) => {
  const journal = uploadJournal(state, 'r2');
  journal.begin(key, 'upload-1', 16 * megabyte);
  expect(journal.find(key)).toEqual({ uploadId: 'upload-1', partSizeBytes: 16 * megabyte, parts: [] });
  for (const number of [10, 2, 1]) journal.partDone(key, { number, etag: `etag-${number}` });
  expect(journal.find(key)?.parts).toEqual([
    { number: 1, etag: 'etag-1' },
    { number: 2, etag: 'etag-2' },
    { number: 10, etag: 'etag-10' },
  ]);
});

test('a part that was sent twice counts once, as it was the last time', ({ state }) => {
  const journal = uploadJournal(state, 'r2');
  journal.begin(key, 'upload-1', megabyte);
  journal.partDone(key, { number: 1, etag: 'first' });
  journal.partDone(key, { number: 1, etag: 'second' });
  expect(journal.find(key)?.parts).toEqual([{ number: 1, etag: 'second' }]);
});

test('an upload that is begun anew forgets the parts of the one before', ({ state }) => {
  const journal = uploadJournal(state, 'r2');
  journal.begin(key, 'upload-1', megabyte);
  journal.partDone(key, { number: 1, etag: 'old' });
  journal.begin(key, 'upload-2', 2 * megabyte);
  expect(journal.find(key)).toEqual({ uploadId: 'upload-2', partSizeBytes: 2 * megabyte, parts: [] });
});

test('an upload that ended is forgotten with its parts', ({ state }) => {
  const journal = uploadJournal(state, 'r2');
  journal.begin(key, 'upload-1', megabyte);
  journal.partDone(key, { number: 1, etag: 'a' });
  journal.end(key);
  expect(journal.find(key)).toBeNull();
  expect(state.prepare('SELECT count(*) FROM upload_parts').pluck().get()).toBe(0);
});

test('ending what was never begun is nothing', ({ state }) => {
  const journal = uploadJournal(state, 'r2');
  journal.end(key);
  expect(journal.find(key)).toBeNull();
});

test('a part of an upload that nobody began is refused', ({ state }) => {
  expect(() => uploadJournal(state, 'r2').partDone(key, { number: 1, etag: 'a' })).toThrow('FOREIGN KEY');
});

test('stores and keys do not see each other', ({ state }) => {
  const [r2, b2] = [uploadJournal(state, 'r2'), uploadJournal(state, 'b2')];
  r2.begin(key, 'at-r2', megabyte);
  b2.begin(key, 'at-b2', megabyte);
  b2.begin('b/01K0/bb.data.zst.age', 'another', megabyte);
  b2.end(key);
  expect(r2.find(key)?.uploadId).toBe('at-r2');
  expect(b2.find('b/01K0/bb.data.zst.age')?.uploadId).toBe('another');
});

test('an upload is remembered by the next process', ({ folder, state }) => {
  uploadJournal(state, 'r2').begin(key, 'upload-1', megabyte);
  uploadJournal(state, 'r2').partDone(key, { number: 1, etag: 'a' });
  const next = openState(join(folder, 'state.sqlite'), { check: true });
  expect(uploadJournal(next, 'r2').find(key)).toMatchObject({ uploadId: 'upload-1', parts: [{ number: 1 }] });
  next.close();
});
