import { answer } from '../requests/answer.ts';
import type { RequestContext } from '../requests/context.ts';

/**
 * Starts a backup from the tray, with the rights of whoever has unlocked the window. Where those are not enough the
 * window is shown, so that somebody can give their PIN.
 */
export async function backUpFromTray(
  source: string,
  context: RequestContext,
  open: (path?: string) => void,
): Promise<void> {
  const answered = await answer('backups.start', { source, note: null, pinned: false, notify: 'always' }, context);
  if (answered.ok) return;
  const { code, message, hint } = answered.failure;
  if (code === 'ROLE_NEEDED' || code === 'PIN_NEEDED') open('/backups');
  else context.frame.notify(`No backup of ${source} was started`, `${message}. ${hint}`, '/');
}
