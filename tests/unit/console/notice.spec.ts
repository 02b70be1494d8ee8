import { expect } from '@playwright/test';
import { test } from '../../support/openedWorkspace.ts';

test('a job that fails is told by the desktop at once, not at the next look', async ({ workspace }) => {
  const { console, board } = workspace;
  const connection = { host: '127.0.0.1', port: 1, user: 'u', database: 'shop', sslmode: 'disable' } as const;
  console.settings.addSource({ name: 'shop', connection, toolsDir: null, tenants: null });
  const shown: string[] = [];
  workspace.showNotices(({ sentence }) => shown.push(sentence));
  board.start('backup full', 'shop', ({ jobId, signal }) =>
    console.run({ id: jobId, kind: 'backup full', subject: 'shop', signal }, () =>
      Promise.reject(new Error('the disk is gone')),
    ),
  );
  await expect.poll(() => shown).toEqual([expect.stringContaining('backup of shop')]);
});
