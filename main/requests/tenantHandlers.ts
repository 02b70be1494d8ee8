import type { tenantRequests } from '../../shared/contract/tenants.ts';
import type { HandlersOf } from './context.ts';
import { namedSource } from './sources.ts';
import {
  backupTenants,
  confirmShared,
  coverage,
  lookAtTenants,
  modelOf,
  preflightTenants,
  sayOwners,
} from './tenants.ts';

export const tenantHandlers: HandlersOf<typeof tenantRequests> = {
  'tenants.coverage': ({ source }, { workspace }) => coverage(workspace.console, source),
  'tenants.look': async ({ source }, { workspace }) => {
    const { came: _came, went: _went, ...view } = await lookAtTenants(workspace.console, source);
    return view;
  },
  'tenants.preflight': ({ source }, { workspace }) => preflightTenants(workspace.console, source),
  'tenants.confirmShared': ({ source, tables }, { workspace }) => confirmShared(workspace.console, source, tables),
  'tenants.sayOwners': ({ source, owners }, { workspace }) => sayOwners(workspace.console, source, owners),
  'tenants.backUp': ({ notify, tenants, ...ask }, { workspace, frame }) => {
    const { console, board } = workspace;
    modelOf(namedSource(console, ask.source));
    const ids = tenants === 'all' ? null : tenants;
    const jobId = board.start('backup tenants', ask.source, async (options) => {
      const { backups, failed } = await backupTenants(console, { ...ask, tenants: ids }, options);
      const everywhere = backups.every(({ copies }) => copies.every(({ state }) => state === 'STORED'));
      // One that is not whole is told as every job that failed.
      if (notify === 'always' && failed.length === 0 && everywhere)
        frame.notify(
          `${backups.length === 1 ? 'A tenant' : `${backups.length} tenants`} of ${ask.source} ${backups.length === 1 ? 'is' : 'are'} backed up`,
          'Each holds exactly its own rows.',
          `/backups?source=${encodeURIComponent(ask.source)}&kind=TENANT`,
        );
    });
    return { jobId };
  },
};
