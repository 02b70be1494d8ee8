import { create } from 'zustand';
import type { Draft } from './draft.ts';

/** The restore that this window has started last: what was typed for it, should it be refused and tried again. */
interface Started {
  restoreId: string;
  jobId: string;
  backupId: string;
  draft: Draft;
  /** Whether the next wizard begins with it. */
  again: boolean;
}

export const useStarted = create<{ started: Started | null }>(() => ({ started: null }));

/** Keeps what was typed, but for the password, which is never kept in a window. */
export function rememberStarted(started: Omit<Started, 'again'>): void {
  useStarted.setState({ started: { ...started, draft: { ...started.draft, password: '' }, again: false } });
}

/** Lets the next wizard begin with what was typed for a restore. @returns where that wizard is. */
export function tryAgain(restoreId: string, backupId: string | null): string {
  const { started } = useStarted.getState();
  if (started?.restoreId === restoreId) useStarted.setState({ started: { ...started, again: true } });
  const id = backupId ?? (started?.restoreId === restoreId ? started.backupId : null);
  return id === null ? '/restore/new' : `/restore/new/${id}`;
}
