import { osUser } from '../console/osUser.ts';
import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { forgetPin } from './pins.ts';

/**
 * Removes everybody with their PINs, for an owner who has forgotten theirs. Whoever may write the state folder could do
 * it by hand all the same; so it is a verb, and in the audit log.
 * @returns who was removed.
 */
export async function resetAccess(console: Console): Promise<{ removed: string[] }> {
  const people = console.people.all();
  console.people.removeAll();
  for (const { id } of people) await forgetPin(console, id);
  console.audit.add({
    at: new Date().toISOString(),
    osUser: osUser(),
    person: null,
    action: 'access.reset',
    subject: people.map(({ name }) => name).join(', '),
    outcome: 'done',
  });
  await saveSettings(console);
  return { removed: people.map(({ name }) => name) };
}
