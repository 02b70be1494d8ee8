import { protocol, type Session } from 'electron';
import { pageFile } from '../console/page.ts';

const scheme = 'app';
const host = 'strongroom';
/** Where the window's page is. */
export const appUrl = `${scheme}://${host}/`;

/** Makes `app://` a secure origin of its own. Works only before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built page, and nothing else, at `app://strongroom/`. */
export function servePages(session: Session): void {
  session.protocol.handle(scheme, (request) => answerPage(request));
}

/** One file of the page, or why not. */
export async function answerPage(request: Request): Promise<Response> {
  if (request.method !== 'GET') return new Response('This is only looked at.', { status: 405 });
  const url = new URL(request.url);
  if (url.host !== host) return new Response('There is nothing at this address.', { status: 404 });
  const { status, headers, body } = await pageFile(url.pathname, '');
  return new Response(new Uint8Array(body), { status, headers });
}
