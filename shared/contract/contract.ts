import { z } from 'zod';
import { accessRequests, accessStateSchema } from './access.ts';
import { alertRequests } from './alerts.ts';
import { backupRequests } from './backups.ts';
import { configurationRequests } from './configuration.ts';
import type { RequestDefinition } from './define.ts';
import { drillRequests } from './drills.ts';
import { jobProgressSchema, jobRequests, jobSchema } from './jobs.ts';
import { mergeRequests } from './merge.ts';
import { metricsRequests } from './metrics.ts';
import { notifyRequests } from './notify.ts';
import { overviewRequests } from './overview.ts';
import { restoreRequests } from './restores.ts';
import { scheduleRequests } from './schedules.ts';
import { retentionRequests } from './retention.ts';
import { setUpRequests } from './setUp.ts';
import { sourceRequests } from './sources.ts';
import { storeRequests } from './stores.ts';
import { tenantRequests } from './tenants.ts';

/** Every request that a window can make. A handler that is missing, or a wrong ask, fails to compile. */
export const requests = {
  ...setUpRequests,
  ...accessRequests,
  ...overviewRequests,
  ...sourceRequests,
  ...storeRequests,
  ...backupRequests,
  ...tenantRequests,
  ...configurationRequests,
  ...restoreRequests,
  ...mergeRequests,
  ...notifyRequests,
  ...drillRequests,
  ...retentionRequests,
  ...jobRequests,
  ...scheduleRequests,
  ...alertRequests,
  ...metricsRequests,
} satisfies Record<string, RequestDefinition>;

export type RequestName = keyof typeof requests;
/** What the audit log tells of: requests of windows, verbs that do the same, and what only the command line can. */
export type AuditAction = RequestName | 'access.reset' | 'backups.verifySample' | 'schedules.due';
/** What is asked, before defaults are filled in. */
export type Ask<Name extends RequestName> = z.input<(typeof requests)[Name]['ask']>;
/** What a handler gets. */
export type Asked<Name extends RequestName> = z.output<(typeof requests)[Name]['ask']>;
export type Answer<Name extends RequestName> = z.output<(typeof requests)[Name]['answer']>;

/** What the state of the console is made of; `changed` names what should be asked for again. */
export const areas = [
  'console',
  'sources',
  'stores',
  'backups',
  'restores',
  'jobs',
  'preferences',
  'channels',
  'schedules',
  'alerts',
] as const;
export type Area = (typeof areas)[number];

/** Everything that the console tells without being asked. */
export const events = {
  /** A running job, at most ten times a second each. */
  progress: jobProgressSchema,
  jobEnded: jobSchema,
  changed: z.object({ areas: z.array(z.enum(areas)) }),
  /** For one window only: it was locked, or unlocked elsewhere. */
  access: accessStateSchema,
  /** A notification was clicked: show this. */
  open: z.object({ path: z.string() }),
};
export type EventName = keyof typeof events;
export type EventValue<Name extends EventName> = z.output<(typeof events)[Name]>;
