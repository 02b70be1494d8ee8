import type { Message } from './message.ts';

/** A way to tell somebody. */
export interface Courier {
  /** Returns once the service has taken the message. @throws CHANNEL_… */
  send(message: Message): Promise<void>;
}
