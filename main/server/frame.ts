import type { Frame } from '../requests/context.ts';

/** Around a console in a browser there is nothing: the browser itself opens links, and the person may be far away. */
export const serveFrame: Frame = {
  host: 'serve',
  versions: { Node: process.versions.node, V8: process.versions.v8, OpenSSL: process.versions.openssl },
  reveal: () => false,
  openExternal: () => false,
  prefer() {},
  notify() {},
};
