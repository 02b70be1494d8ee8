import { expect } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateRecipient } from '../../../main/sealing/keys.ts';
import { dumpObject, type DumpOrder } from '../../../main/streams/dump.ts';
import { test as base } from '../../support/scratchFolder.ts';

/** A dump program that is run by a shell. */
type Dump = (script: string) => DumpOrder;

const test = base.extend<{ dump: Dump }>({
  dump: async ({ folder }, use) => {
    const { recipient } = await generateRecipient();
    let count = 0;
    await use((script) => ({
      tool: { path: '/bin/sh', args: ['-c', script] },
      archive: false,
      codec: 'zstd',
      recipients: [recipient],
      outputPath: join(folder, `${count++}.part`),
    }));
  },
});

const never = new AbortController().signal;

/** How many threads this process has that Node started for work. */
function threads(): number {
  const tasks = readdirSync('/proc/self/task');
  return tasks.filter((id) => readFileSync(`/proc/self/task/${id}/comm`, 'utf8') === 'WorkerThread\n').length;
}

test('orders one after another are done by one thread, which ends when there are no more', async ({ dump }) => {
  for (const word of ['one', 'second', 'the third']) {
    expect(await dumpObject(dump(`printf '${word}'`), { signal: never })).toMatchObject({ plainBytes: word.length });
    expect(threads()).toBe(1);
  }
  await expect.poll(threads).toBe(0);
});

test('orders at the same time are done by as many threads', async ({ dump }) => {
  const dumps = [0, 1, 2].map(() => dumpObject(dump('sleep 1; echo done'), { signal: never }));
  await expect.poll(threads).toBe(3);
  for (const { plainBytes } of await Promise.all(dumps)) expect(plainBytes).toBe(5);
  await expect.poll(threads).toBe(0);
});

test('a thread that failed gets no other order, and the next one is done all the same', async ({ dump }) => {
  const failing = dumpObject(dump('echo no room >&2; exit 3'), { signal: never });
  await expect(failing).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  expect(threads()).toBe(0);
  await dumpObject(dump('echo done'), { signal: never });
});

test('a cancel ends what its thread runs, and the thread, and nothing of another order', async ({ dump }) => {
  const cancel = new AbortController();
  await dumpObject(dump('echo done'), { signal: cancel.signal });
  const staying = dumpObject(dump('sleep 1; echo done'), { signal: never });
  const cancelled = dumpObject(dump('sleep 60; echo done'), { signal: cancel.signal });
  await expect.poll(threads).toBe(2);
  cancel.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(threads()).toBe(1);
  expect(await staying).toMatchObject({ plainBytes: 5 });
});
