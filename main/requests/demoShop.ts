import type { Workspace } from '../console/workspace.ts';
import { addSource, removeSource } from './sources.ts';
import { addStore, removeStore } from './stores.ts';

const sourceName = 'demo-shop';
const storeName = 'demo-store';

/** Makes the demo shop in a job, then a source of it and a store beside it. @returns the id of the job. */
export function startDemoShop({ console, board, demoShop }: Workspace): string {
  return board.start('demo', sourceName, ({ jobId, signal, watcher }) =>
    console.run({ id: jobId, kind: 'demo', subject: sourceName, signal, watcher }, async (job) => {
      const { connection, password, storePath } = await demoShop.make(job);
      job.stage('adding it as a source');
      await addSource(console, { name: sourceName, connection, password, toolsDir: null, tenants: null });
      await addStore(console, { name: storeName, settings: { kind: 'local', path: storePath }, secret: null });
    }),
  );
}

/** Removes the demo shop with its source, its store and the copies there. @throws DEMO_NOT_FOUND */
export async function removeDemoShop({ console, demoShop }: Workspace): Promise<void> {
  await demoShop.remove();
  if (console.settings.source(sourceName)) await removeSource(console, sourceName);
  if (console.settings.stores().some(({ name }) => name === storeName)) await removeStore(console, storeName);
  console.catalogue.retire(sourceName);
}
