import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { contentSecurityPolicy, noncePlaceholder } from '../../shared/contract/pagePolicy.ts';

/** What a window is answered, whoever carries it: Electron's `app://` or the loopback server. */
export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

const contentTypes: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  map: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
};

/** Where the window's page is built to: beside the bundle, or from a checkout's sources under out/. */
const built = new URL(import.meta.url.endsWith('.ts') ? '../../out/renderer/' : '../renderer/', import.meta.url);

/**
 * Answers with one file of the window's page, or with 404. The page itself gets a nonce of its own at each load.
 * @param path the path of an address as the window asked for it, still encoded, without query.
 * @param connect where the page may connect to besides its own origin; '' for nowhere.
 */
export async function pageFile(path: string, connect: string): Promise<PageAnswer> {
  // Only names that a build can make are looked for: nothing is decoded, so no way leads out of the folder.
  const name = path === '/' ? 'index.html' : /^\/(index\.html|passphrase\.html|assets\/[\w-][\w.-]*)$/.exec(path)?.[1];
  // Asked for by browsers by themselves; the page names its own icon.
  if (path === '/favicon.ico') return plainPage(204, '', connect);
  const contentType = contentTypes[name?.split('.').at(-1) ?? ''];
  const file = name && contentType ? await readIfThere(new URL(name, built)) : null;
  if (!name || !contentType || !file) return plainPage(404, 'There is nothing at this address.', connect);

  const nonce = randomBytes(16).toString('base64');
  const isPage = name.endsWith('.html');
  return {
    status: 200,
    headers: {
      ...protectiveHeaders(nonce, connect),
      'Content-Type': contentType,
      // Names of assets hold a hash of what is in them.
      'Cache-Control': isPage ? 'no-store' : 'private, max-age=31536000, immutable',
    },
    body: isPage ? Buffer.from(file.toString('utf8').replaceAll(noncePlaceholder, nonce)) : file,
  };
}

/** An answer in plain words, for what is not the page. */
export function plainPage(status: number, text: string, connect: string): PageAnswer {
  const nonce = randomBytes(16).toString('base64');
  return {
    status,
    headers: {
      ...protectiveHeaders(nonce, connect),
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    },
    body: Buffer.from(text === '' ? '' : `${text}\n`),
  };
}

function protectiveHeaders(nonce: string, connect: string): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(nonce, connect),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

async function readIfThere(file: URL): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
