import { create } from 'zustand';

/** Whether the dialog of a new backup is shown, and which database it begins with; an empty one is chosen there. */
export const useBackUpNow = create<{ source: string | null }>(() => ({ source: null }));

/** Shows the dialog of a new backup. */
export function openBackUpNow(source = ''): void {
  useBackUpNow.setState({ source });
}

export function closeBackUpNow(): void {
  useBackUpNow.setState({ source: null });
}
