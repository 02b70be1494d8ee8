import { z } from 'zod';
import { changing, grave, reading } from './define.ts';
import { nothing, startedJob } from './shapes.ts';

export const consoleStateSchema = z.object({
  /** `fresh`: there is no state folder yet, and only `setUp.begin` and `demo.start` do anything. */
  phase: z.enum(['fresh', 'ready']),
  version: z.string(),
  host: z.enum(['desktop', 'serve']),
  platform: z.string(),
  home: z.string(),
  /** Versions of what it runs on, for About. */
  versions: z.record(z.string(), z.string()),
  osUser: z.string(),
  /** Whether somebody has typed back a line of the recovery kit. */
  kitProven: z.boolean(),
  /** Whether the set-up was gone through to its end. */
  setUpDone: z.boolean(),
  demo: z.enum(['none', 'running', 'stopped']),
});
export type ConsoleState = z.infer<typeof consoleStateSchema>;

export const setUpRequests = {
  'console.state': reading(nothing, consoleStateSchema),
  /** Makes the state folder, its keys and the recovery kit. @throws HOME_EXISTS */
  'setUp.begin': changing('owner', nothing, consoleStateSchema),
  /** The kit with the recovery key, as long as it has not been proven. @throws KIT_GONE */
  'setUp.kit': grave(nothing, z.object({ text: z.string(), fileName: z.string(), askedLine: z.string() })),
  /**
   * Compares a line that was typed from the paper. The right one proves the kit, and its file is removed from this
   * machine. @throws KIT_LINE_WRONG, KIT_GONE
   */
  'setUp.proveKit': changing('owner', z.strictObject({ line: z.string().max(400) }), consoleStateSchema),
  'setUp.finish': changing('owner', nothing, consoleStateSchema),
  /** Starts an embedded PostgreSQL cluster with a jewellery shop, and makes it a source with a store beside it. */
  'demo.start': changing('owner', nothing, startedJob),
  /** Stops the cluster and removes it with its source, its store and its backups. @throws DEMO_NOT_FOUND */
  'demo.remove': grave(nothing, nothing),
};
