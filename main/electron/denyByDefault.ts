import { app, session as electronSession, type Session, type WebContents } from 'electron';
import type { Log } from '../logs/log.ts';
import { isOwnPage } from './ownPage.ts';

/** The one thing that a page of ours may do beyond being a page: put text on the clipboard when a person asks for it. */
const granted = 'clipboard-sanitized-write';
/** What a page may load: its own files, what it has made itself, and in a checkout what the developer tools are made of. */
const ownSchemes = ['app:', 'blob:', 'data:', 'devtools:'];

/**
 * Denies every page, present and future, whatever was not thought of: other addresses, new windows, embedded pages,
 * permissions, devices, downloads from elsewhere, and the network as such.
 */
export function denyByDefault(log: Log): void {
  app.enableSandbox();
  app.on('session-created', (session) => denyInSession(session, log));
  void app.whenReady().then(() => denyInSession(electronSession.defaultSession, log));
  app.on('web-contents-created', (_event, contents) => denyInPage(contents, log));
}

function denyInPage(contents: WebContents, log: Log): void {
  contents.setWindowOpenHandler(({ url }) => {
    log.warn(`a page wanted to open a window: ${url}`);
    return { action: 'deny' };
  });
  contents.on('will-frame-navigate', (details) => {
    // A page may load itself anew.
    if (details.isMainFrame && isOwnPage(details.url) && isOwnPage(contents.getURL())) return;
    log.warn(`a page wanted to go to ${details.url}`);
    details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    log.warn(`a page was sent on to ${details.url}`);
    details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    log.warn('a page wanted to embed another one');
    event.preventDefault();
  });
}

/** Both ways lead here for the usual session, whichever comes first. */
const denied = new WeakSet<Session>();

function denyInSession(session: Session, log: Log): void {
  if (denied.has(session)) return;
  denied.add(session);
  session.setPermissionRequestHandler((contents, permission, decide) => {
    const allowed = permission === granted && isOwnPage(contents.getURL());
    if (!allowed) log.warn(`a page wanted the permission ${permission}`);
    decide(allowed);
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === granted && isOwnPage(origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (item.getURL().startsWith('blob:app://strongroom/')) return; // such as the recovery kit, saved by a person
    log.warn(`a page wanted to download ${item.getURL()}`);
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    const own = ownSchemes.includes(URL.parse(url)?.protocol ?? '');
    if (!own) log.warn(`a page wanted to load ${url}`);
    decide({ cancel: !own });
  });
}
