import type { sourceRequests } from '../../shared/contract/sources.ts';
import type { HandlersOf } from './context.ts';
import { examine } from './doctor.ts';
import { addSource, backupRole, removeSource, setPassword, testSource, trySource, urlOf } from './sources.ts';
import { setTenants } from './tenants.ts';

export const sourceHandlers: HandlersOf<typeof sourceRequests> = {
  'sources.list': (_, { workspace }) => ({
    sources: workspace.console.settings.sources().map((source) => ({
      name: source.name,
      url: urlOf(source),
      database: source.connection.database,
      toolsDir: source.toolsDir,
      tenants: source.tenants,
    })),
  }),
  'sources.try': ({ password, ...form }, { workspace }) =>
    trySource(workspace.console, { ...form, tenants: null }, password),
  'sources.add': (form, { workspace }) => addSource(workspace.console, { ...form, tenants: null }),
  'sources.test': ({ name }, { workspace }) => testSource(workspace.console, name),
  'sources.setPassword': async (ask, { workspace }) => {
    await setPassword(workspace.console, ask);
    return {};
  },
  'sources.setTenants': ({ name, tenants }, { workspace }) => setTenants(workspace.console, name, tenants),
  'sources.remove': async ({ name }, { workspace }) => {
    await removeSource(workspace.console, name);
    return {};
  },
  'sources.roleSql': () => backupRole(),
  'sources.doctor': ({ source }, { workspace }) => examine(workspace.console, source),
};
