import { accessHandlers } from './accessHandlers.ts';
import { alertHandlers } from './alertHandlers.ts';
import { backupHandlers } from './backupHandlers.ts';
import { configurationHandlers } from './configurationHandlers.ts';
import type { Handlers } from './context.ts';
import { drillHandlers } from './drillHandlers.ts';
import { jobHandlers } from './jobHandlers.ts';
import { mergeHandlers } from './mergeHandlers.ts';
import { metricsHandlers } from './metricsHandlers.ts';
import { notifyHandlers } from './notifyHandlers.ts';
import { overviewHandlers } from './overviewHandlers.ts';
import { restoreHandlers } from './restoreHandlers.ts';
import { scheduleHandlers } from './scheduleHandlers.ts';
import { retentionHandlers } from './retentionHandlers.ts';
import { setUpHandlers } from './setUpHandlers.ts';
import { sourceHandlers } from './sourceHandlers.ts';
import { storeHandlers } from './storeHandlers.ts';
import { tenantHandlers } from './tenantHandlers.ts';

/** What answers each request of the contract. */
export const handlers: Handlers = {
  ...setUpHandlers,
  ...accessHandlers,
  ...overviewHandlers,
  ...sourceHandlers,
  ...storeHandlers,
  ...backupHandlers,
  ...tenantHandlers,
  ...configurationHandlers,
  ...restoreHandlers,
  ...mergeHandlers,
  ...notifyHandlers,
  ...drillHandlers,
  ...retentionHandlers,
  ...jobHandlers,
  ...scheduleHandlers,
  ...alertHandlers,
  ...metricsHandlers,
};
