import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { forgetPin } from './pins.ts';

/**
 * Removes everybody with their PINs, for an owner who has forgotten theirs. Whoever may write the state folder could do
 * it by hand all the same; so it is a verb.
 * @returns who was removed.
 */
export async function resetAccess(console: Console): Promise<{ removed: string[] }> {
  const people = console.people.all();
  console.people.removeAll();
  for (const { id } of people) await forgetPin(console, id);
  await saveSettings(console);
  return { removed: people.map(({ name }) => name) };
}
