import { z } from 'zod';
import { configurationChangeSchema, configurationModelSchema } from '../configuration.ts';
import { changing, grave, reading } from './define.ts';
import { noteSchema, startedJob, ulidSchema } from './shapes.ts';

const oneSource = z.strictObject({ source: z.string() });

export const configurationLookSchema = z.object({
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })),
  /** What was asked for and cannot be had, as sentences. */
  gaps: z.array(z.string()),
});
export type ConfigurationLook = z.infer<typeof configurationLookSchema>;

const configurationDiffSchema = z.object({
  id: z.string(),
  previous: z.string().nullable(),
  changes: z.array(configurationChangeSchema),
});

export const configurationRequests = {
  /** Which configuration of a source is backed up. @throws SOURCE_NOT_FOUND */
  'configuration.show': reading(oneSource, configurationModelSchema),
  /** Which files would be backed up: names and sizes, never what they hold. @throws USAGE, CONFIGURATION_TOO_LARGE */
  'configuration.look': reading(configurationModelSchema, configurationLookSchema, 'owner'),
  /** Whoever chooses the files can have any that this account reads. @throws SOURCE_NOT_FOUND, USAGE */
  'configuration.save': grave(oneSource.extend({ model: configurationModelSchema }), configurationModelSchema),
  'configuration.backUp': changing(
    'operator',
    z.strictObject({
      source: z.string(),
      note: noteSchema.nullable(),
      pinned: z.boolean(),
      /** When a system notification tells how it ended. */
      notify: z.enum(['always', 'failure']),
    }),
    startedJob,
  ),
  /** How a backup differs from the one before it, or from the one that is named. @throws BACKUP_NOT_FOUND, NO_GOOD_COPY */
  'configuration.diff': reading(
    z.strictObject({ id: ulidSchema, previous: ulidSchema.nullable() }),
    configurationDiffSchema,
    'operator',
  ),
  /** Writes the files below a new folder of the machine on which the console runs. */
  'configuration.restore': grave(
    z.strictObject({
      id: ulidSchema,
      into: z.string().min(1, 'the path of the folder').max(4096, 'a path has at most 4096 characters'),
      store: z.string().nullable(),
    }),
    startedJob,
  ),
};
