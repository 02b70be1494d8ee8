import { z } from 'zod';
import { severities } from '../alert.ts';
import { channelKinds, mailTls, outboxStatuses, smsBodies, type NotifySettings, type Route } from '../channel.ts';
import { changing, grave, reading } from './define.ts';
import { loggedFailureSchema, nameSchema, nothing, secretSchema } from './shapes.ts';

const addressSchema = z.url({ protocol: /^https?$/, error: 'an address that begins with https://' });
/** An address that may be left empty where one is known. */
const secretAddress = z.union([z.literal(''), addressSchema], 'an address that begins with https://');
const mailAddress = z
  .string()
  .regex(/^([^<>@\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?$/, 'a mail address, such as backup@example.com');

/** What is typed into the form of a channel. A secret that is left empty stays what it was. */
export const channelFormSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('email'),
    name: nameSchema,
    host: z.string().min(1, 'the name of the mail server'),
    port: z.number().int().min(1, 'a port is from 1 to 65535').max(65_535, 'a port is from 1 to 65535'),
    tls: z.enum(mailTls),
    /** Empty: the server asks for no password. */
    user: z.string(),
    password: secretSchema,
    from: mailAddress,
    to: z.array(mailAddress).min(1, 'at least one receiver').max(20, 'at most 20 receivers'),
  }),
  z.strictObject({ kind: z.literal('slack'), name: nameSchema, url: secretAddress }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    name: nameSchema,
    url: addressSchema,
    routingKey: z.union([z.literal(''), z.string().regex(/^\w{32}$/)], 'the integration key has 32 letters and digits'),
  }),
  z.strictObject({
    kind: z.literal('sms'),
    name: nameSchema,
    url: z.string().regex(/^https?:\/\/[^\s@]+$/, 'an address that begins with https://, with no password in it'),
    /** Empty: the secret goes into the body, the address, or a bearer token. */
    user: z.string(),
    secret: secretSchema,
    from: z.string().max(60),
    to: z.array(z.string().min(3, 'a telephone number')).min(1, 'at least one number').max(10, 'at most 10 numbers'),
    bodyAs: z.enum(smsBodies),
    body: z.string().max(4000).includes('{text}', 'it needs {text}, where the message goes'),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    name: nameSchema,
    url: secretAddress,
    signed: z.boolean(),
    key: secretSchema,
  }),
  z.strictObject({
    kind: z.literal('deadman'),
    name: nameSchema,
    url: secretAddress,
    /** The databases that it is for; empty: all of them. */
    sources: z.array(z.string()).max(100, 'at most 100 databases'),
  }),
]);
export type ChannelForm = z.infer<typeof channelFormSchema>;

const routeSchema = z.strictObject({
  minSeverity: z.enum(severities).nullable(),
  escalations: z.boolean(),
  quiet: z.boolean(),
}) satisfies z.ZodType<Route>;

const timeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, such as 22:00');
const zoneSchema = z.string().refine(isTimeZone, 'a time zone, such as Europe/Berlin');

export const notifySettingsSchema = z.strictObject({
  quiet: z
    .strictObject({ from: timeSchema, to: timeSchema, timeZone: zoneSchema, criticalPasses: z.boolean() })
    .nullable(),
  selfTest: z
    .strictObject({ weekday: z.number().int().min(0).max(6), time: timeSchema, timeZone: zoneSchema })
    .nullable(),
  consoleName: z.string().min(1).max(60, 'a name has at most 60 characters').nullable(),
  baseUrl: addressSchema.nullable(),
}) satisfies z.ZodType<NotifySettings>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // the only way to ask
  }
}

/** The settings of a channel as a form shows them again: everything but its secrets. */
const shownSettingsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('email'),
    host: z.string(),
    port: z.number(),
    tls: z.enum(mailTls),
    user: z.string().nullable(),
    from: z.string(),
    to: z.array(z.string()),
  }),
  z.object({ kind: z.literal('slack'), host: z.string() }),
  z.object({ kind: z.literal('pagerduty'), url: z.string() }),
  z.object({
    kind: z.literal('sms'),
    url: z.string(),
    user: z.string().nullable(),
    from: z.string(),
    to: z.array(z.string()),
    bodyAs: z.enum(smsBodies),
    body: z.string(),
  }),
  z.object({ kind: z.literal('webhook'), host: z.string(), signed: z.boolean() }),
  z.object({ kind: z.literal('deadman'), host: z.string(), sources: z.array(z.string()).optional() }),
  z.object({ kind: z.literal('system') }),
]);

export const channelViewSchema = z.object({
  name: z.string(),
  kind: z.enum(channelKinds),
  place: z.string(),
  settings: shownSettingsSchema,
  route: routeSchema,
  /** What is unwise about its settings. */
  warnings: z.array(z.string()),
  lastSuccessAt: z.string().nullable(),
  lastFailureAt: z.string().nullable(),
  failingSince: z.string().nullable(),
  failure: loggedFailureSchema.nullable(),
  retryAt: z.string().nullable(),
  waiting: z.number(),
  /** Of those that wait, how many wait for the end of the quiet hours. */
  held: z.number(),
});
export type ChannelView = z.infer<typeof channelViewSchema>;

export const outboxEntrySchema = z.object({
  id: z.number(),
  channel: z.string(),
  what: z.string(),
  status: z.enum(outboxStatuses),
  held: z.boolean(),
  attempts: z.number(),
  createdAt: z.string(),
  doneAt: z.string().nullable(),
  failure: loggedFailureSchema.nullable(),
});
export type OutboxEntry = z.infer<typeof outboxEntrySchema>;

const named = z.strictObject({ name: z.string() });

export const notifyRequests = {
  'notify.list': reading(
    nothing,
    z.object({ channels: z.array(channelViewSchema), settings: notifySettingsSchema, quietNow: z.boolean() }),
  ),
  /** What waits, what was given up, and what was delivered lately; newest first. */
  'notify.outbox': reading(
    z.strictObject({ statuses: z.array(z.enum(outboxStatuses)).default(['WAITING', 'GIVEN_UP']) }),
    z.object({ entries: z.array(outboxEntrySchema) }),
  ),
  /** @throws CHANNEL_EXISTS, CHANNEL_SECRET_MISSING */
  'notify.add': changing('owner', channelFormSchema, channelViewSchema),
  /** A way that leads to another host needs its secret typed anew. @throws CHANNEL_NOT_FOUND, CHANNEL_SECRET_MISSING */
  'notify.change': grave(channelFormSchema, channelViewSchema),
  /** A real message. @throws CHANNEL_… as the service answers. */
  'notify.test': changing('operator', named, z.object({ name: z.string(), seconds: z.number() })),
  /** What is not said stays. */
  'notify.route': changing(
    'owner',
    z.strictObject({ name: z.string(), route: routeSchema.partial() }),
    channelViewSchema,
  ),
  'notify.settings': changing('owner', notifySettingsSchema, notifySettingsSchema),
  'notify.remove': grave(named, nothing),
};
