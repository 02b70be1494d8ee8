import { request } from './bridge.ts';
import { useConsole } from './stores/consoleStore.ts';

/** The console locks a window after minutes, so it need not hear of every key. */
const tellEveryMs = 30_000;

/** Tells the console from here on that somebody is at this window, so that it is not locked under their hands. */
export function stayUnlocked(): void {
  let toldAt = 0;
  const notice = () => {
    const now = Date.now();
    if (now - toldAt < tellEveryMs || !useConsole.getState().access?.person) return;
    toldAt = now;
    request('access.touch', {}).catch(() => undefined); // a console that is lost is shown by its banner
  };
  for (const kind of ['pointerdown', 'keydown', 'wheel']) window.addEventListener(kind, notice, { passive: true });
}
