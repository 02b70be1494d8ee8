import { useSyncExternalStore } from 'react';

/*
 * The page's place lies behind the hash, its question mark included (`#/backups?source=shop`): a window of the desktop
 * app has no server that could answer for other paths, and a link that was copied must lead to the same place.
 */

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function parts(): { path: string; search: string } {
  const [path = '', search = ''] = window.location.hash.replace(/^#?\/?/, '').split('?');
  return { path: `/${path}`, search };
}

/** Goes to a place of the console, such as `/backups?source=shop`. */
export function goTo(place: string, { replace = false }: { replace?: boolean } = {}): void {
  const address = `#/${place.replace(/^#?\/?/, '')}`;
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/** The router's view of the hash: its path, and how to go elsewhere. */
export function useHashPath(): [string, typeof goTo] {
  return [useSyncExternalStore(subscribe, () => parts().path), goTo];
}
useHashPath.hrefs = (place: string) => `#${place}`;
useHashPath.searchHook = () => useSyncExternalStore(subscribe, () => parts().search);
