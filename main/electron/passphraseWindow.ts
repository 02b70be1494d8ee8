import { app, BrowserWindow, session, type Session } from 'electron';
import { join } from 'node:path';
import { passphraseAnswerSchema, passphrasePath } from '../../shared/contract/passphrase.ts';
import type { AskPassphrase } from '../console/desktopKeys.ts';
import { answerPage, appUrl } from './appScheme.ts';
import { guardedPage } from './guardedPage.ts';

/**
 * Asks for a passphrase in a small window of its own. What is typed goes from that page to this process and nowhere
 * else: the window has no bridge, and a session in memory that ends with it and that answers one time.
 */
export const askPassphrase: AskPassphrase = (occasion) =>
  new Promise((resolve) => {
    const own = session.fromPartition(`passphrase-${occasion}-${Date.now()}`, { cache: false });
    const window = new BrowserWindow({
      width: 460,
      height: occasion === 'choose' ? 420 : 320,
      resizable: false,
      minimizable: false,
      fullscreenable: false,
      title: 'Strongroom',
      autoHideMenuBar: true,
      show: false,
      icon: join(app.getAppPath(), 'assets/icon.png'),
      webPreferences: {
        ...guardedPage,
        session: own,
        devTools: false,
      },
    });
    let given: string | null = null;
    answerOnce(own, (passphrase) => {
      given = passphrase;
      // The page is to have its answer before it goes.
      setImmediate(() => window.close());
    });
    window.once('ready-to-show', () => window.show());
    window.once('closed', () => resolve(given));
    window.loadURL(`${appUrl}passphrase.html#${occasion}`).catch(() => window.close());
  });

/** Serves the page, and takes what it sends: a passphrase, or null when the person gives up. */
function answerOnce(own: Session, take: (passphrase: string | null) => void): void {
  let taken = false;
  own.protocol.handle('app', async (request) => {
    if (request.method !== 'POST' || new URL(request.url).pathname !== passphrasePath) return answerPage(request);
    const sent = taken ? null : passphraseAnswerSchema.safeParse(await request.json());
    if (!sent?.success) return new Response(null, { status: 400 });
    taken = true;
    take(sent.data.passphrase);
    return new Response(null, { status: 204 });
  });
}
