import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from '@playwright/test';
import { takeLease } from '../../../main/state/lease.ts';
import { test } from '../../support/scratchFolder.ts';

const leaseFile = pathToFileURL(join(import.meta.dirname, '../../../main/state/lease.ts')).href;

/** Another process that owns the folder until it is killed; it holds on to the lease, as every owner has to. */
async function startOwner(folder: string): Promise<{ pid: number; kill(): Promise<void> }> {
  const script = `import { takeLease } from ${JSON.stringify(leaseFile)};
    globalThis.lease = takeLease(${JSON.stringify(folder)});
    console.log('mine');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('close', (status) => reject(new Error(`the owner ended with ${status}: ${complaints}`)));
  });
  return {
    pid: child.pid!,
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

test('a folder has one owner, and the refusal tells who and since when', ({ folder }) => {
  const lease = takeLease(folder);
  expect(() => takeLease(folder)).toThrow(
    expect.objectContaining({
      code: 'OWNER_BUSY',
      details: { owner: { pid: process.pid, since: expect.stringMatching(/^\d{4}-.*Z$/) } },
    }),
  );
  lease.release();
});

test('a folder that was released can be taken again, and names nobody meanwhile', ({ folder }) => {
  takeLease(folder).release();
  expect(existsSync(join(folder, 'owner.json'))).toBe(false);
  takeLease(folder).release();
});

test('a refused owner does not take the lease from the one who has it', ({ folder }) => {
  const lease = takeLease(folder);
  for (let i = 0; i < 3; i++) expect(() => takeLease(folder)).toThrow(expect.objectContaining({ code: 'OWNER_BUSY' }));
  expect(existsSync(join(folder, 'owner.json'))).toBe(true);
  lease.release();
});

test('another process is an owner like any other, and a killed one leaves the folder free', async ({ folder }) => {
  const owner = await startOwner(folder);
  try {
    expect(() => takeLease(folder)).toThrow(
      expect.objectContaining({ code: 'OWNER_BUSY', details: { owner: expect.objectContaining({ pid: owner.pid }) } }),
    );
  } finally {
    await owner.kill();
  }
  takeLease(folder).release();
});
