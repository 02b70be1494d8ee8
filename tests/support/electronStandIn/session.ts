import { EventEmitter } from 'node:events';
import type { BrowserContext } from '@playwright/test';
import { app } from './app.ts';

type Handle = (request: Request) => Response | Promise<Response>;
type Decide = (allowed: boolean) => void;

/** Stands for `app://strongroom`: a name that Chromium takes for this machine, and so for a secure origin. */
const pageOrigin = 'http://strongroom.localhost';
const appOrigin = 'app://strongroom';

export function toPageUrl(url: string): string {
  return url.startsWith(`${appOrigin}/`) ? pageOrigin + url.slice(appOrigin.length) : url;
}

export function toAppUrl(url: string): string {
  return url.startsWith(`${pageOrigin}/`) ? appOrigin + url.slice(pageOrigin.length) : url;
}

/** Electron's names for permissions, by Chromium's. */
const permissions: Record<string, string> = {
  'clipboard-write': 'clipboard-sanitized-write',
  'clipboard-read': 'clipboard-read',
  geolocation: 'geolocation',
  notifications: 'notifications',
  camera: 'media',
  microphone: 'media',
  midi: 'midi',
};

class StandInSession extends EventEmitter {
  private readonly schemes = new Map<string, Handle>();
  private onBeforeRequest: ((details: object, decide: (answer: { cancel?: boolean }) => void) => void) | null = null;
  private permissionRequest: ((contents: object, permission: string, decide: Decide) => void) | null = null;
  private permissionCheck: ((contents: object | null, permission: string, origin: string) => boolean) | null = null;

  readonly protocol = { handle: (scheme: string, handle: Handle) => void this.schemes.set(scheme, handle) };
  readonly webRequest = {
    onBeforeRequest: (listener: typeof this.onBeforeRequest) => {
      this.onBeforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: typeof this.permissionRequest): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: typeof this.permissionCheck): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(): void {
    // Chromium without a head has no devices to give.
  }

  /** Whether the app lets a request of one of its pages happen at all. */
  async lets(url: string): Promise<boolean> {
    const listener = this.onBeforeRequest;
    if (!listener) return true;
    return new Promise((resolve) => listener({ url }, ({ cancel }) => resolve(cancel !== true)));
  }

  answer(request: Request): Promise<Response> | Response | null {
    return this.schemes.get(new URL(request.url).protocol.slice(0, -1))?.(request) ?? null;
  }

  /** Gives the pages what the app lets them have; as in Electron that is everything where nobody decides. */
  async grantPermissions(context: BrowserContext, contents: { getURL(): string }): Promise<void> {
    const granted: string[] = [];
    for (const [theirs, ours] of Object.entries(permissions)) {
      const requested = await new Promise<boolean>((decide) => {
        if (this.permissionRequest) this.permissionRequest(contents, ours, decide);
        else decide(true);
      });
      const checked = this.permissionCheck?.(contents, ours, `${appOrigin}/`) ?? true;
      if (requested && checked) granted.push(theirs);
    }
    await context.grantPermissions(granted, { origin: pageOrigin });
  }
}
export type { StandInSession };

const sessions = new Map<string, StandInSession>();

function sessionOf(partition: string): StandInSession {
  const known = sessions.get(partition);
  if (known) return known;
  const made = new StandInSession();
  sessions.set(partition, made);
  app.emit('session-created', made);
  return made;
}

export const session = {
  get defaultSession() {
    return sessionOf('');
  },
  fromPartition: (partition: string) => sessionOf(partition),
};

export const protocol = {
  registerSchemesAsPrivileged(): void {
    // Chromium knows the origin that stands for it as a secure one.
  },
};
