import { Failure } from '../../shared/failure.ts';
import { hasOverdueCopies } from '../console/overdueCopies.ts';
import type { ScheduledAsk, ScheduledJobs } from '../scheduler/scheduledJob.ts';

/**
 * What runs each kind of job, by itself, from the window and as `strongroom run JOB`. A new kind adds its line here; its
 * default time is in `shared/schedule.ts`. Heavy rooms are loaded when they are needed.
 */
export const scheduledJobs: ScheduledJobs = {
  full: {
    logged: 'backup full',
    run: async (console, ask, options) => {
      const { backupFull } = await import('./backups.ts');
      return backupFull(console, { ...ask, source: sourceOf(ask) }, options);
    },
  },
  tenants: {
    logged: 'backup tenants',
    run: async (console, ask, options) => {
      const { backupTenants } = await import('./tenants.ts');
      return backupTenants(console, { ...ask, source: sourceOf(ask) }, options);
    },
  },
  configuration: {
    logged: 'backup config',
    run: async (console, ask, options) => {
      const { backupConfiguration } = await import('./configurations.ts');
      return backupConfiguration(console, { ...ask, source: sourceOf(ask) }, options);
    },
  },
  integrity: {
    logged: 'integrity',
    run: async (console, _, options) => {
      const { checkAllIntegrity } = await import('./verify.ts');
      return checkAllIntegrity(console, options);
    },
  },
  replicate: {
    logged: 'replicate',
    isWanted: hasOverdueCopies,
    run: async (console, _, options) => (await import('./replicas.ts')).copyOverdue(console, options),
  },
  health: {
    logged: 'health',
    light: true,
    run: async (console, _, { signal }) => (await import('../console/watch.ts')).checkHealth(console, signal),
  },
  'test-restore': {
    logged: 'test restore',
    run: async (console, ask, options) => {
      const { drillByItself } = await import('./drills.ts');
      return drillByItself(console, sourceOf(ask), null, options);
    },
  },
  cleanup: {
    logged: 'cleanup',
    run: async (console, _ask, options) =>
      (await import('../console/retention.ts')).cleanUpStores(console, null, options),
  },
};

/** @throws USAGE */
function sourceOf({ source }: ScheduledAsk): string {
  if (source !== null) return source;
  throw new Failure('USAGE', 'of which source was not said', 'Name it; `strongroom source list` shows them.');
}
