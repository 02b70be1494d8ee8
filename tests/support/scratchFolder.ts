import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { openState, type State } from '../../main/state/openState.ts';

/** For unit tests: an empty folder, and a state database in it, that are gone afterwards. */
export const test = base.extend<{ folder: string; state: State }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'unit-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  state: async ({ folder }, use) => {
    const state = openState(join(folder, 'state.sqlite'), { check: false });
    await use(state);
    state.close();
  },
});
