import { answer } from '../requests/answer.ts';
import type { RequestContext } from '../requests/context.ts';

/**
 * Pauses the schedule from the tray, or lets it go on, with the rights of whoever has unlocked the window. Where those
 * are not enough the window is shown, so that somebody can give their PIN.
 */
export async function pauseFromTray(
  paused: boolean,
  context: RequestContext,
  open: (path?: string) => void,
): Promise<void> {
  const answered = await answer(paused ? 'schedules.pause' : 'schedules.resume', {}, context);
  if (answered.ok) return;
  const { code, message, hint } = answered.failure;
  if (code === 'ROLE_NEEDED' || code === 'PIN_NEEDED') open('/schedule');
  else context.frame.notify('The schedule stays as it is', `${message}. ${hint}`, '/schedule');
}
