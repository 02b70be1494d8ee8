import type { Envelope } from '../shared/contract/envelope.ts';

/** What the preload exposes in Electron, and the socket imitates in a browser. */
export interface RawBridge {
  request(name: string, ask: unknown): Promise<Envelope>;
  onEvent(listener: (name: string, value: unknown) => void): () => void;
  /** Told when the console is lost and found again; Electron's bridge never is. */
  onConnection?(listener: (connected: boolean) => void): () => void;
}
