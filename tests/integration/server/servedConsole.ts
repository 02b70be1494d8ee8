import { join } from 'node:path';
import { homeAt } from '../../../main/console/home.ts';
import { Workspace } from '../../../main/console/workspace.ts';
import { openServer, type ConsoleServer } from '../../../main/server/serve.ts';
import { test as base } from '../../support/fixtures.ts';

interface Fixtures {
  workspace: Workspace;
  /** A console on a machine that has no state folder yet, served on a port of its own. */
  server: ConsoleServer;
}

export const test = base.extend<Fixtures>({
  workspace: async ({ folder }, use) => {
    const workspace = await Workspace.open(homeAt(join(folder, 'home')));
    await use(workspace);
    await workspace.close();
  },

  server: async ({ workspace }, use) => {
    const server = await openServer(workspace, { port: 0 });
    await use(server);
    await server.close();
  },
});
