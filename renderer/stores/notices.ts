import { create } from 'zustand';

/** What a person does not want to be told again in this run. */
export const useNotices = create<{ pinLater: boolean }>(() => ({ pinLater: false }));
