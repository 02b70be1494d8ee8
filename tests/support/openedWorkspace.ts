import { join } from 'node:path';
import { homeAt } from '../../main/console/home.ts';
import { Workspace } from '../../main/console/workspace.ts';
import type { Clock } from '../../main/jobs/clock.ts';
import { setUp } from '../../main/requests/setUp.ts';
import { test as base } from './scratchFolder.ts';

/** A clock that stands still until a test moves it. */
export class HandClock implements Clock {
  private moment = Date.parse('2026-05-04T03:00:00.000Z');
  private readonly calls = new Set<{ ms: number; next: number; act: () => void }>();

  now(): number {
    return this.moment;
  }

  every(ms: number, act: () => void): () => void {
    const call = { ms, next: this.moment + ms, act };
    this.calls.add(call);
    return () => this.calls.delete(call);
  }

  /** Lets time pass, and everything happen that is due meanwhile. */
  pass(seconds: number): void {
    const end = this.moment + seconds * 1000;
    for (;;) {
      const due = [...this.calls].filter(({ next }) => next <= end).toSorted((a, b) => a.next - b.next)[0];
      if (!due) break;
      this.moment = due.next;
      due.next += due.ms;
      due.act();
    }
    this.moment = end;
  }

  /** The machine sleeps, or somebody sets the clock: nothing is called, and every call is as far away as before. */
  jump(seconds: number): void {
    this.moment += seconds * 1000;
    for (const call of this.calls) call.next += seconds * 1000;
  }

  /** How many wait to be called. */
  get waiting(): number {
    return this.calls.size;
  }
}

/** A machine without a state folder, one with, and a clock for both. */
export const test = base.extend<{ clock: HandClock; fresh: Workspace; workspace: Workspace }>({
  clock: async ({}, use) => use(new HandClock()),
  fresh: async ({ folder }, use) => {
    const workspace = await Workspace.open(homeAt(join(folder, 'fresh')));
    await use(workspace);
    await workspace.close();
  },
  workspace: async ({ folder }, use) => {
    const home = homeAt(join(folder, 'home'));
    await setUp(home, {});
    const workspace = await Workspace.open(home);
    await use(workspace);
    await workspace.close();
  },
});
