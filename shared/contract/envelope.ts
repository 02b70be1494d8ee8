import { z } from 'zod';
import { failureExits, type FailureCode, type FailureReport } from '../failure.ts';

const codes = Object.keys(failureExits) as [FailureCode, ...FailureCode[]];

export const failureSchema = z.object({
  code: z.enum(codes),
  message: z.string(),
  hint: z.string(),
  details: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<FailureReport>;

/** Every answer that crosses the bridge. */
export type Envelope = { ok: true; value: unknown } | { ok: false; failure: FailureReport };

/** What a socket carries, where there is no Electron: requests with a number, answers with the same one, events. */
export const socketAskSchema = z.object({ id: z.number().int(), name: z.string(), ask: z.unknown() });
export type SocketAsk = z.infer<typeof socketAskSchema>;
export type SocketMessage = { id: number; answer: Envelope } | { event: string; value: unknown };
