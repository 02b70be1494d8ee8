import { useAnswer } from '../../useAnswer.ts';
import { useConsole } from '../../stores/consoleStore.ts';

export const steps = [
  { path: 'source', name: 'Database', title: 'Which database shall be protected?' },
  { path: 'stores', name: 'Stores', title: 'Where shall the copies lie?' },
  { path: 'kit', name: 'Recovery kit', title: 'The paper that opens the backups when this machine is gone' },
  { path: 'schedule', name: 'Schedule', title: 'What will run, and when' },
  { path: 'backup', name: 'First backup', title: 'The first backup' },
] as const;

export type StepPath = (typeof steps)[number]['path'];

export function stepOf(path: string) {
  return steps.find((step) => step.path === path);
}

/** Which steps are done, by what really exists. The schedule is only looked at, so it never counts as done. */
export function useStepsDone(): Record<StepPath, boolean> {
  const sources = useAnswer('sources.list', {}, ['sources']).value?.sources ?? [];
  const stores = useAnswer('stores.list', {}, ['stores', 'backups']).value?.stores ?? [];
  const kitProven = useConsole(({ state }) => state?.kitProven ?? false);
  return {
    source: sources.length > 0,
    stores: stores.some(({ kind }) => kind === 'local'),
    kit: kitProven,
    schedule: false,
    backup: stores.some(({ copies }) => copies > 0),
  };
}
