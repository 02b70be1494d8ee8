import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-density'] });
  return () => observer.disconnect();
}

function read(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row-height'));
}

/** The height of a row in pixels, as the density that was chosen has it. */
export function useRowHeight(): number {
  return useSyncExternalStore(subscribe, read);
}
