import type { Area, RequestName } from '../../shared/contract/contract.ts';

const areasByPrefix: Record<string, Area[]> = {
  setUp: ['console', 'preferences'],
  demo: ['console', 'sources', 'stores', 'backups'],
  access: ['console'],
  preferences: ['preferences'],
  sources: ['sources', 'schedules'],
  stores: ['stores', 'backups'],
  backups: ['backups', 'jobs'],
  tenants: ['sources', 'backups', 'jobs'],
  configuration: ['backups', 'jobs', 'preferences'],
  restores: ['restores', 'jobs'],
  drills: ['restores', 'jobs', 'sources'],
  integrity: ['backups', 'stores', 'jobs'],
  merge: ['restores', 'jobs'],
  retention: ['stores', 'backups', 'jobs'],
  jobs: ['jobs'],
  notify: ['channels'],
  schedules: ['schedules', 'jobs'],
  alerts: ['alerts'],
  metrics: ['preferences'],
};

/** What a request that was done may have changed, so that every window asks for it again. */
export function areasOf(name: RequestName): Area[] {
  return areasByPrefix[name.split('.')[0] ?? ''] ?? [];
}
