import {
  requests,
  type Answer,
  type Ask,
  type EventName,
  type EventValue,
  type RequestName,
} from '../shared/contract/contract.ts';
import { Failure } from '../shared/failure.ts';
import { hintFor } from './hints.ts';
import type { RawBridge } from './rawBridge.ts';
import { openSocket } from './socket.ts';

declare global {
  interface Window {
    strongroom?: RawBridge;
  }
}

const raw: RawBridge = window.strongroom ?? openSocket();

/**
 * Asks the console.
 * @throws Failure with the console's own code, sentence and hint; CONSOLE_LOST while it cannot be reached.
 */
export async function request<Name extends RequestName>(name: Name, ask: Ask<Name>): Promise<Answer<Name>> {
  const envelope = await raw.request(name, ask);
  if (!envelope.ok) {
    const { code, message, details } = envelope.failure;
    throw new Failure(code, message, hintFor(envelope.failure), { details });
  }
  // The console is trusted, but while we build it a wrong answer should be seen at once.
  if (import.meta.env.DEV) requests[name].answer.parse(envelope.value);
  return envelope.value as Answer<Name>;
}

/** @returns what ends it. */
export function onEvent<Name extends EventName>(name: Name, listener: (value: EventValue<Name>) => void): () => void {
  return raw.onEvent((told, value) => {
    if (told === name) listener(value as EventValue<Name>);
  });
}

/** @returns what ends it. */
export function onConnection(listener: (connected: boolean) => void): () => void {
  return raw.onConnection?.(listener) ?? (() => undefined);
}
