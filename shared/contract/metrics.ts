import { z } from 'zod';
import { healthSchema } from '../health.ts';
import { changing, reading } from './define.ts';
import { loggedFailureSchema, nothing } from './shapes.ts';

/** Where metrics are served: this machine only, never its network. */
export const metricsHost = '127.0.0.1';
export const metricsPath = '/metrics';
/** Beside the console of `serve`; not one that an exporter for PostgreSQL or backups usually has. */
export const usualMetricsPort = 8433;

export function metricsAddress(port: number): string {
  return `http://${metricsHost}:${port}${metricsPath}`;
}

export const metricsSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  port: z.number().int().min(1, 'a port is from 1 to 65535').max(65_535, 'a port is from 1 to 65535'),
});
export type MetricsSettings = z.infer<typeof metricsSettingsSchema>;

const metricsViewSchema = z.object({
  ...metricsSettingsSchema.shape,
  /** Whether they are served now. */
  served: z.boolean(),
  /** Why not, where they should be. */
  failure: loggedFailureSchema.nullable(),
});
export type MetricsView = z.infer<typeof metricsViewSchema>;

export const metricsRequests = {
  'health.show': reading(nothing, healthSchema),
  'metrics.show': reading(nothing, metricsViewSchema),
  /** Counts at once. @throws PORT_BUSY: then everything stays as it was. */
  'metrics.save': changing('owner', metricsSettingsSchema, metricsViewSchema),
};
