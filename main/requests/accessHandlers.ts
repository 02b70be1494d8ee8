import { randomInt } from 'node:crypto';
import type { accessRequests } from '../../shared/contract/access.ts';
import { Failure } from '../../shared/failure.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { personNotFound } from '../state/people.ts';
import type { HandlersOf } from './context.ts';
import { forgetPin, keepPin, provePin } from './pins.ts';

/** Who may do what, and who did. */
export const accessHandlers: HandlersOf<typeof accessRequests> = {
  'access.state': (_ask, { session }) => session.state(),

  'access.unlock': ({ personId, pin }, { session }) => session.unlock(personId, pin),

  'access.lock': (_ask, { session }) => {
    session.lock();
    return session.state();
  },

  'access.touch': (_ask, { session }) => {
    session.touch();
    return {};
  },

  'access.addPerson': async ({ name, role, pin }, { session, workspace: { console } }) => {
    const alone = console.people.all().length === 0;
    // Never one that somebody had: a window that a removed person has unlocked must not become another's.
    const id = randomInt(1, 2 ** 47);
    // The PIN first, because a person without one could never unlock anything.
    await keepPin(console, id, pin);
    try {
      console.people.add({ id, name, role }, new Date(session.clock.now()).toISOString());
    } catch (error) {
      await forgetPin(console, id);
      throw error;
    }
    await saveSettings(console);
    const person = console.people.get(id);
    if (alone && person) session.enter(person);
    return session.state();
  },

  'access.removePerson': async ({ personId }, { session, workspace: { console } }) => {
    console.people.remove(personId);
    await forgetPin(console, personId);
    await saveSettings(console);
    return session.state();
  },

  'access.changePin': async ({ oldPin, newPin }, { session, workspace: { console } }) => {
    const { person, people } = session.state();
    if (people.length === 0)
      throw new Failure('PERSON_NOT_FOUND', 'nobody has a PIN yet', 'Add yourself as a person with a PIN first.');
    if (!person) throw new Failure('PIN_NEEDED', 'this window is locked', 'Unlock it with your PIN, then change that.');
    await provePin(console, person.id, oldPin, session.clock.now());
    await keepPin(console, person.id, newPin);
    console.people.pinWasSet(person.id, new Date(session.clock.now()).toISOString());
    const changed = console.people.get(person.id);
    if (!changed) throw personNotFound();
    session.enter(changed);
    return {};
  },

  'access.setIdleLock': async ({ minutes }, { session, workspace: { console } }) => {
    session.setIdleLock(minutes);
    await saveSettings(console);
    return session.state();
  },

  'access.audit': async ({ before, limit }, { workspace: { console } }) => ({
    entries: console.audit.page(before, limit),
    intact: await console.audit.intact(),
  }),

  'access.auditExport': ({ after, limit }, { workspace: { console } }) => ({
    entries: console.audit.following(after, limit),
  }),
};
