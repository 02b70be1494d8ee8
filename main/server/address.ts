import type { IncomingMessage } from 'node:http';

/** Where the console listens: this machine only, never its network. */
export const loopback = '127.0.0.1';

/**
 * The host that a request was meant for, if it is ours. A page of another site that has its own name point here
 * (DNS rebinding) asks for its own name, and gets null.
 */
export function ownHost({ headers }: IncomingMessage, port: number): string | null {
  return [`${loopback}:${port}`, `localhost:${port}`].find((host) => host === headers.host) ?? null;
}

/** Whether a socket was asked for by our own page. A browser always says whose page asks. */
export function fromOwnPage({ headers }: IncomingMessage, host: string): boolean {
  return headers.origin === `http://${host}`;
}
