import { z } from 'zod';
import { changing, grave, reading, roles } from './define.ts';
import { nothing } from './shapes.ts';

/** Digits are quick at 3 a.m.; more may be used. */
export const pinSchema = z
  .string()
  .min(4, 'a PIN has at least 4 characters')
  .max(64, 'a PIN has at most 64 characters');
export const personNameSchema = z
  .string()
  .trim()
  .min(1, 'a name is needed')
  .max(60, 'a name has at most 60 characters');

const personSchema = z.object({ id: z.number(), name: z.string(), role: z.enum(roles) });
export type Person = z.infer<typeof personSchema>;

export const accessStateSchema = z.object({
  /** What this window may do now. Without people everybody is an owner; locked, everybody is a viewer. */
  role: z.enum(roles),
  /** Who unlocked this window; null while it is locked, or where nobody has a PIN yet. */
  person: personSchema.nullable(),
  /** Those who have a PIN. None: the person alone is owner, and is asked to set one. */
  people: z.array(personSchema),
  /** Until when the last PIN counts as fresh; ISO 8601. */
  freshUntil: z.string().nullable(),
  /** Minutes without a request of a person after which the window locks itself; 0 never. */
  idleLockMinutes: z.number(),
});
export type AccessState = z.infer<typeof accessStateSchema>;

export const auditEntrySchema = z.object({
  seq: z.number(),
  at: z.string(),
  osUser: z.string(),
  person: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  /** `done`, or the code of the failure with which it was refused or failed. */
  outcome: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** An entry with what chains it: its own hash is over all of it and the hash of the one before. */
export const chainedAuditEntrySchema = auditEntrySchema.extend({ previousHash: z.string(), hash: z.string() });
export type ChainedAuditEntry = z.infer<typeof chainedAuditEntrySchema>;

export const accessRequests = {
  'access.state': reading(nothing, accessStateSchema),
  /** Also makes the PIN fresh for some minutes. @throws PIN_WRONG, PIN_LOCKED_OUT, PERSON_NOT_FOUND */
  'access.unlock': reading(z.strictObject({ personId: z.number().int(), pin: pinSchema }), accessStateSchema),
  'access.lock': reading(nothing, accessStateSchema),
  /** The person moved or typed something: the window is not idle. */
  'access.touch': reading(nothing, nothing),
  /** The first one must be an owner. @throws PERSON_EXISTS, OWNER_NEEDED */
  'access.addPerson': grave(
    z.strictObject({ name: personNameSchema, role: z.enum(roles), pin: pinSchema }),
    accessStateSchema,
  ),
  /** @throws OWNER_NEEDED for the last owner while there are others */
  'access.removePerson': grave(z.strictObject({ personId: z.number().int() }), accessStateSchema),
  'access.changePin': changing('viewer', z.strictObject({ oldPin: pinSchema, newPin: pinSchema }), nothing),
  'access.setIdleLock': grave(z.strictObject({ minutes: z.number().int().min(0).max(240) }), accessStateSchema),
  'access.audit': reading(
    z.strictObject({ before: z.number().int().nullable(), limit: z.number().int().min(1).max(500) }),
    z.object({ entries: z.array(auditEntrySchema), intact: z.boolean() }),
  ),
  /** Oldest first, for a file: it goes on after the entry `after`. */
  'access.auditExport': reading(
    z.strictObject({
      after: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(5000).default(5000),
    }),
    z.object({ entries: z.array(chainedAuditEntrySchema) }),
  ),
};
