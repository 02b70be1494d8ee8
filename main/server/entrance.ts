import { parseCookie, stringifySetCookie } from 'cookie';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Session } from '../requests/session.ts';
import type { Workspace } from '../console/workspace.ts';
import { loopback } from './address.ts';
import { replacePrivateFile } from './privateFile.ts';

const browserDays = 30;
/** By the hash of a browser's secret: until when it counts. */
const knownSchema = z.record(z.string(), z.iso.datetime());
type Known = z.infer<typeof knownSchema>;

/**
 * Who may come in: a browser that was opened with the one-time address, and from then on has a secret of its own in a
 * cookie. It is known again after a restart of the console, but locked if there are PINs.
 */
export class Entrance {
  private readonly workspace: Workspace;
  private readonly port: number;
  private readonly knownPath: string;
  private readonly urlPath: string;
  private readonly cookieName: string;
  private readonly known: Known;
  private readonly sessions = new Map<string, Session>();
  private token = '';

  constructor(workspace: Workspace, port: number) {
    this.workspace = workspace;
    this.port = port;
    this.knownPath = join(workspace.home.dir, 'browsers.json');
    this.urlPath = join(workspace.home.runDir, 'console-url');
    // Cookies do not know ports: two consoles on one machine would take each other's.
    this.cookieName = `strongroom-${port}`;
    this.known = readKnown(this.knownPath);
    this.renew();
  }

  /** Lets one browser in; it is also in a file that only the owner of this console can read, and renewed after each use. */
  get url(): string {
    return `http://${loopback}:${this.port}/?token=${this.token}`;
  }

  /**
   * Takes the one-time token.
   * @returns the header that makes the browser known; null for a token that is wrong or used up.
   */
  admit(token: string): string | null {
    if (!timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(hashOf(this.token)))) return null;
    const secret = randomSecret();
    this.known[hashOf(secret)] = new Date(Date.now() + browserDays * 86_400_000).toISOString();
    this.renew();
    replacePrivateFile(this.knownPath, JSON.stringify(this.known));
    return stringifySetCookie(this.cookieName, secret, { httpOnly: true, sameSite: 'strict', path: '/' });
  }

  /** The session of a browser that was let in before, by its cookies; null for any other. */
  sessionOf(cookies: string | undefined): Session | null {
    const secret = parseCookie(cookies ?? '')[this.cookieName];
    if (secret === undefined) return null;
    const hash = hashOf(secret);
    const until = Object.hasOwn(this.known, hash) ? this.known[hash] : undefined;
    if (until === undefined || Date.parse(until) < Date.now()) return null;
    let session = this.sessions.get(hash);
    if (!session) this.sessions.set(hash, (session = new Session(this.workspace)));
    return session;
  }

  /** Nobody comes in any more with the address that was told last, and every browser is locked. */
  close(): void {
    for (const session of this.sessions.values()) session.lock();
    this.token = randomSecret();
    rmSync(this.urlPath, { force: true });
  }

  private renew(): void {
    this.token = randomSecret();
    replacePrivateFile(this.urlPath, `${this.url}\n`);
  }
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** One that is damaged only means that every browser has to be let in again. */
function readKnown(path: string): Known {
  if (!existsSync(path)) return {};
  try {
    const all = knownSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return Object.fromEntries(Object.entries(all).filter(([, until]) => Date.parse(until) > Date.now()));
  } catch (error) {
    process.emitWarning(`${path} cannot be read, so no browser is known any more: ${String(error)}`);
    return {};
  }
}
