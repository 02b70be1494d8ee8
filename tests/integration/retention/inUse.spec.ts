import { expect } from '@playwright/test';
import { openConsole } from '../../../main/console.ts';
import type { Console } from '../../../main/console/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import type { JobWatcher } from '../../../main/jobs/jobRunner.ts';
import { drill } from '../../../main/requests/drills.ts';
import { deleteChosen, lookAtDeletion } from '../../../main/requests/retention.ts';
import { checkAllIntegrity } from '../../../main/requests/verify.ts';
import { backUpTwice, test } from '../../support/restoredShop.ts';

interface Options {
  signal: AbortSignal;
  watcher: JobWatcher;
}

const works: { name: string; user: string; work: (console: Console, options: Options) => Promise<unknown> }[] = [
  {
    name: 'a test restore',
    user: 'Test restore of shop',
    work: (console, options) =>
      drill(console, { source: 'shop', backup: null, place: 'source', on: null, password: null }, options),
  },
  { name: 'an integrity check', user: 'Integrity check', work: checkAllIntegrity },
];

for (const { name, user, work } of works)
  test(`a backup that ${name} reads cannot be deleted under it, and can afterwards`, async ({
    cluster,
    folder,
    shopTemplate,
  }) => {
    const { home, backup } = await backUpTwice(folder, cluster, shopTemplate);
    const console = await openConsole(homeAt(home), { owner: true });
    const { signal } = new AbortController();
    const users = () => lookAtDeletion(console, { ids: [backup.id], store: null }).inUse.map((one) => one.user);
    const seen = new Set<string>();
    const refused: unknown[] = [];
    const onProgress = () => {
      const [first] = users();
      if (first === undefined) return;
      seen.add(first);
      const ask = { ids: [backup.id], store: null, evenIfKept: true };
      if (refused.length === 0) refused.push(deleteChosen(console, ask, { signal }).catch((error: unknown) => error));
    };
    await work(console, { signal, watcher: { onProgress } });
    expect([...seen]).toEqual([user]);
    expect(await refused[0]).toMatchObject({ code: 'BACKUP_IN_USE' });
    expect(users()).toEqual([]);
    console.close();
  });
