/** Stands in index.html where each load gets a nonce of its own, for the styles that the components write. */
export const noncePlaceholder = '__NONCE__';

/**
 * The content security policy of the page: its own scripts only, no frames, no forms that go anywhere, no plain sources.
 * @param connect where the page may connect to besides its own origin; empty in the desktop app, whose bridge is no network.
 */
export function contentSecurityPolicy(nonce: string, connect: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${["'self'", connect].filter(Boolean).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
