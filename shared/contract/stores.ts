import { z } from 'zod';
import { storeKinds } from '../store.ts';
import { changing, grave, reading } from './define.ts';
import { failureSchema } from './envelope.ts';
import { nameSchema, nothing, secretSchema } from './shapes.ts';

/** What is typed into the form of a store. */
export const storeFormSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local'), name: nameSchema, path: z.string().min(1, 'the folder for the copies') }),
  z.strictObject({
    kind: z.enum(['r2', 'b2', 's3']),
    name: nameSchema,
    endpoint: z.url({ protocol: /^https?$/, error: 'an address that begins with https://' }),
    bucket: z.string().min(1, 'the name of the bucket'),
    /** Empty: what is usual for the kind. */
    region: z.string(),
    prefix: z.string(),
    accessKey: z.string().min(1, 'the access key id'),
    secret: secretSchema.min(1, 'the secret access key'),
  }),
]);
export type StoreForm = z.infer<typeof storeFormSchema>;

export const storeStatusSchema = z.object({
  name: z.string(),
  kind: z.enum(storeKinds),
  place: z.string(),
  reachable: z.boolean(),
  writable: z.boolean(),
  /** How long each step of the probe took; null for a step that was not reached. */
  timings: z.object({
    putMs: z.number().nullable(),
    getMs: z.number().nullable(),
    listMs: z.number().nullable(),
    deleteMs: z.number().nullable(),
  }),
  failure: failureSchema.nullable(),
  usedBytes: z.number().nullable(),
  capacityBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
});
export type StoreStatus = z.infer<typeof storeStatusSchema>;

export const storeViewSchema = z.object({
  name: z.string(),
  kind: z.enum(storeKinds),
  place: z.string(),
  /** Good copies and their bytes, as the catalogue knows them. */
  copies: z.number(),
  copiedBytes: z.number(),
  newestCopyAt: z.string().nullable(),
  /** Backups that should be here and are not, or not good. */
  missing: z.number(),
  /** What a probe or the health check has seen last; null while there was neither: not known, and not good. */
  status: storeStatusSchema.nullable(),
  statusAt: z.string().nullable(),
});
export type StoreView = z.infer<typeof storeViewSchema>;

export const storeRequests = {
  'stores.list': reading(nothing, z.object({ stores: z.array(storeViewSchema) })),
  /** Writes, reads, lists and deletes a probe; what fails is in the answer. */
  'stores.test': reading(z.strictObject({ name: z.string() }), storeStatusSchema, 'operator'),
  'stores.add': changing('owner', storeFormSchema, storeStatusSchema),
  /** What lies in it stays. */
  'stores.remove': grave(z.strictObject({ name: z.string() }), nothing),
};
