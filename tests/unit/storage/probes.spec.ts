import { expect } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LocalStore } from '../../../main/storage/localStore.ts';
import { probeStore } from '../../../main/storage/probeStore.ts';
import { storeTime } from '../../../main/storage/storeTime.ts';
import { test } from '../../support/scratchFolder.ts';

const asks = { 'whether it can be used': probeStore, 'what time it is': storeTime };

for (const [name, ask] of Object.entries(asks))
  for (const step of ['head', 'get', 'list', 'delete'] as const)
    test(`a store that is asked ${name} keeps nothing of it, also when that is cancelled at ${step}`, async ({
      folder,
    }) => {
      const cancel = new AbortController();
      const store = new LocalStore('disk', folder);
      const reached = store[step].bind(store) as (...args: unknown[]) => unknown;
      Object.assign(store, {
        [step]: (...args: unknown[]) => {
          cancel.abort();
          return reached(...args);
        },
      });
      await Promise.allSettled([ask(store, cancel.signal)]);
      expect(readdirSync(folder).flatMap((below) => readdirSync(join(folder, below)))).toEqual([]);
    });
