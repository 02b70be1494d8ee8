import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { AccessState } from '../../../shared/contract/access.ts';
import type { Role } from '../../../shared/contract/define.ts';
import { Workspace } from '../../../main/console/workspace.ts';
import { unsealBytes } from '../../../main/sealing/age.ts';
import { AskingWindow } from '../../support/asking.ts';
import { test as base } from '../../support/openedWorkspace.ts';

interface Shop {
  /** Where Ada, an owner, sits; it was just unlocked. */
  adas: AskingWindow;
  /** Another window, locked. */
  other: AskingWindow;
  ids: Record<'Ada' | 'Otto' | 'Vera', number>;
}

const pins = { Ada: '1111', Otto: '2222', Vera: '3333' };

const test = base.extend<{ alone: AskingWindow; shop: Shop }>({
  alone: async ({ workspace, clock }, use) => use(new AskingWindow(workspace, clock)),
  /** Ada is an owner, Otto an operator, Vera a viewer. */
  shop: async ({ workspace, clock, alone }, use) => {
    await alone.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: pins.Ada });
    await alone.ask('access.addPerson', { name: 'Otto', role: 'operator', pin: pins.Otto });
    const { people } = await alone.ask('access.addPerson', { name: 'Vera', role: 'viewer', pin: pins.Vera });
    const idOf = (name: string) => people.find((person) => person.name === name)!.id;
    const ids = { Ada: idOf('Ada'), Otto: idOf('Otto'), Vera: idOf('Vera') };
    await use({ adas: alone, other: new AskingWindow(workspace, clock), ids });
  },
});

const noStore = { name: 'no such store' };
const noJob = { id: 'no such job' };
const minutes = (count: number) => count * 60;

test.describe('while nobody has a PIN', () => {
  test('everybody is an owner, and nothing asks for a PIN', async ({ alone }) => {
    expect(alone.session.state()).toMatchObject({ role: 'owner', person: null, people: [], freshUntil: null });
    expect(await alone.outcome('stores.remove', noStore)).toBe('STORE_NOT_FOUND');
  });

  test('everybody is an owner on a machine without a state folder, too', ({ fresh, clock }) => {
    expect(new AskingWindow(fresh, clock).session.state()).toMatchObject({ role: 'owner', idleLockMinutes: 10 });
  });

  test('the first person must be an owner, and a refused one leaves no PIN behind', async ({ alone, workspace }) => {
    expect(await alone.outcome('access.addPerson', { name: 'Otto', role: 'operator', pin: '2222' })).toBe(
      'OWNER_NEEDED',
    );
    expect(alone.session.state().people).toEqual([]);
    const { identity } = await workspace.console.machineKey();
    const secrets = await unsealBytes(readFileSync(workspace.home.secretsPath), identity);
    expect(JSON.parse(Buffer.from(secrets).toString())).toEqual({});
  });

  test('whoever adds themselves first sits in an unlocked window; every other window locks', async ({
    alone,
    workspace,
    clock,
  }) => {
    const other = new AskingWindow(workspace, clock);
    const state = await alone.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: pins.Ada });
    expect(state).toMatchObject({ role: 'owner', person: { name: 'Ada', role: 'owner' } });
    expect(state.freshUntil).toBe('2026-05-04T03:05:00.000Z');
    expect(other.session.state()).toMatchObject({ role: 'viewer', person: null });
  });
});

test.describe('who may do what', () => {
  /** A reading request of each needed role, one that changes something, and a grave one. */
  const outcomes = async (window: AskingWindow) => ({
    look: await window.outcome('stores.list', {}),
    reach: await window.outcome('stores.test', noStore),
    work: await window.outcome('jobs.cancel', noJob),
    decide: await window.outcome('setUp.finish', {}),
    destroy: await window.outcome('stores.remove', noStore),
  });
  const done = {
    look: 'done',
    reach: 'STORE_NOT_FOUND',
    work: 'JOB_NOT_FOUND',
    decide: 'done',
    destroy: 'STORE_NOT_FOUND',
  };
  const expected: Record<string, Partial<typeof done> & Record<string, string>> = {
    locked: { ...done, reach: 'ROLE_NEEDED', work: 'ROLE_NEEDED', decide: 'ROLE_NEEDED', destroy: 'PIN_NEEDED' },
    Vera: { ...done, reach: 'ROLE_NEEDED', work: 'ROLE_NEEDED', decide: 'ROLE_NEEDED', destroy: 'ROLE_NEEDED' },
    Otto: { ...done, decide: 'ROLE_NEEDED', destroy: 'ROLE_NEEDED' },
    Ada: done,
  };
  for (const [who, may] of Object.entries(expected))
    test(`in a window of ${who} (${Object.values(may).join(', ')})`, async ({ shop: { other, ids } }) => {
      if (who !== 'locked') await other.ask('access.unlock', { personId: ids[who as 'Ada'], pin: pins[who as 'Ada'] });
      expect(await outcomes(other)).toEqual(may);
    });

  test('a refusal names the role that is needed, and says what to do', async ({ shop: { other, ids } }) => {
    await expect(other.ask('jobs.cancel', noJob)).rejects.toMatchObject({
      message: 'this is for an operator or an owner',
      hint: 'This window is locked: give the PIN of somebody who may.',
      details: { role: 'operator' },
    });
    await expect(other.ask('stores.remove', noStore)).rejects.toMatchObject({
      message: 'this needs the PIN of an owner',
    });
    await other.ask('access.unlock', { personId: ids.Otto, pin: pins.Otto });
    await expect(other.ask('stores.remove', noStore)).rejects.toMatchObject({
      message: 'this is for an owner',
      hint: 'Otto is an operator. Ask somebody who may, and let them give their PIN.',
    });
  });

  test('unlocking gives the role of the person', async ({ shop: { other, ids } }) => {
    const roleOf = async (who: keyof typeof pins): Promise<Role> =>
      (await other.ask('access.unlock', { personId: ids[who], pin: pins[who] })).role;
    expect(await roleOf('Vera')).toBe('viewer');
    expect(await roleOf('Otto')).toBe('operator');
    expect(await roleOf('Ada')).toBe('owner');
  });

  test('a window that is locked by hand is a viewer’s again', async ({ shop: { adas } }) => {
    expect(await adas.ask('access.lock', {})).toMatchObject({ role: 'viewer', person: null, freshUntil: null });
    expect(await adas.outcome('setUp.finish', {})).toBe('ROLE_NEEDED');
  });

  test('one window says nothing about another', async ({ shop: { adas, other, ids } }) => {
    await other.ask('access.unlock', { personId: ids.Otto, pin: pins.Otto });
    expect(adas.session.state().person?.name).toBe('Ada');
    await other.ask('access.lock', {});
    expect(adas.session.state().person?.name).toBe('Ada');
  });
});

test.describe('a fresh PIN', () => {
  test('counts for five minutes; then what is grave wants it again, and the rest goes on', async ({
    shop: { adas, ids },
    clock,
  }) => {
    clock.pass(minutes(5) - 1);
    expect(await adas.outcome('stores.remove', noStore)).toBe('STORE_NOT_FOUND');
    clock.pass(1);
    expect(adas.session.state()).toMatchObject({ role: 'owner', freshUntil: null });
    expect(await adas.outcome('stores.remove', noStore)).toBe('PIN_NEEDED');
    expect(await adas.outcome('setUp.finish', {})).toBe('done');
    await adas.ask('access.unlock', { personId: ids.Ada, pin: pins.Ada });
    expect(await adas.outcome('stores.remove', noStore)).toBe('STORE_NOT_FOUND');
  });

  test('is not made fresh by working', async ({ shop: { adas }, clock }) => {
    for (let minute = 0; minute < 5; minute++) {
      clock.pass(minutes(1));
      await adas.outcome('setUp.finish', {});
    }
    expect(await adas.outcome('stores.remove', noStore)).toBe('PIN_NEEDED');
  });

  test('is not fresh for longer because somebody sets the clock back', async ({ shop: { adas }, clock }) => {
    clock.jump(-minutes(3));
    expect(await adas.outcome('stores.remove', noStore)).toBe('PIN_NEEDED');
  });
});

test.describe('the idle lock', () => {
  const heard = (window: AskingWindow): AccessState[] => {
    const states: AccessState[] = [];
    window.session.onChange((state) => states.push(state));
    return states;
  };

  test('comes after ten minutes, and the window is told though nobody asks', async ({ shop: { adas }, clock }) => {
    const states = heard(adas);
    clock.pass(minutes(10) - 1);
    expect(states).toEqual([]);
    clock.pass(1);
    expect(states).toEqual([expect.objectContaining({ role: 'viewer', person: null })]);
    clock.pass(minutes(60));
    expect(states).toHaveLength(1);
  });

  test('is put off by work, and by a hand on the mouse', async ({ shop: { adas }, clock }) => {
    for (let times = 0; times < 3; times++) {
      clock.pass(minutes(9));
      await adas.outcome('jobs.cancel', noJob);
      clock.pass(minutes(9));
      adas.session.touch();
    }
    expect(adas.session.state().person?.name).toBe('Ada');
  });

  test('is not put off by a page that asks again and again by itself', async ({ shop: { adas }, clock }) => {
    for (let minute = 0; minute < 10; minute++) {
      clock.pass(minutes(1));
      await adas.ask('jobs.running', {});
      await adas.ask('access.state', {});
    }
    expect(adas.session.state()).toMatchObject({ role: 'viewer', person: null });
  });

  test('comes at once where the machine slept so long, before anything else is done', async ({
    shop: { adas },
    clock,
  }) => {
    const states = heard(adas);
    clock.jump(minutes(10));
    expect(await adas.outcome('setUp.finish', {})).toBe('ROLE_NEEDED');
    expect(states).toHaveLength(1);
  });

  test('is not undone by a hand on the mouse that comes too late', async ({ shop: { adas }, clock }) => {
    clock.jump(minutes(10));
    adas.session.touch();
    expect(adas.session.state().person).toBeNull();
  });

  test('can be set to other minutes, and never', async ({ shop: { adas, ids }, clock, workspace }) => {
    expect(await adas.ask('access.setIdleLock', { minutes: 2 })).toMatchObject({ idleLockMinutes: 2 });
    clock.pass(minutes(2));
    expect(adas.session.state().person).toBeNull();
    await adas.ask('access.unlock', { personId: ids.Ada, pin: pins.Ada });
    await adas.ask('access.setIdleLock', { minutes: 0 });
    clock.pass(minutes(600));
    expect(adas.session.state().person?.name).toBe('Ada');
    expect(new AskingWindow(workspace, clock).session.state().idleLockMinutes).toBe(0);
  });

  test('keeps nothing running for a window that is locked', async ({ shop: { adas, ids }, clock }) => {
    await adas.ask('access.unlock', { personId: ids.Ada, pin: pins.Ada });
    expect(clock.waiting).toBe(1);
    adas.session.lock();
    expect(clock.waiting).toBe(0);
  });

  test('tells those who listen when a window is unlocked, and no longer when they have stopped', async ({
    shop: { other, ids },
  }) => {
    const states: AccessState[] = [];
    const stop = other.session.onChange((state) => states.push(state));
    await other.ask('access.unlock', { personId: ids.Otto, pin: pins.Otto });
    expect(states.map(({ role }) => role)).toEqual(['operator']);
    stop();
    other.session.lock();
    expect(states).toHaveLength(1);
  });
});

test.describe('people who go, and PINs that change', () => {
  test('somebody who is removed is locked out of every window, and their PIN is forgotten', async ({
    shop: { adas, other, ids },
    workspace,
    clock,
  }) => {
    await other.ask('access.unlock', { personId: ids.Otto, pin: pins.Otto });
    const states: AccessState[] = [];
    other.session.onChange((state) => states.push(state));
    await adas.ask('access.removePerson', { personId: ids.Otto });
    clock.pass(10);
    expect(states).toEqual([expect.objectContaining({ role: 'viewer', person: null })]);
    expect(await other.outcome('jobs.cancel', noJob)).toBe('ROLE_NEEDED');
    expect(await other.outcome('access.unlock', { personId: ids.Otto, pin: pins.Otto })).toBe('PERSON_NOT_FOUND');
    expect(await workspace.console.secrets.get(`pin:${ids.Otto}:hash`)).toBeNull();
    expect(await workspace.console.secrets.get(`pin:${ids.Ada}:hash`)).toMatch(/^\$scrypt\$/);
  });

  test('removing yourself locks you', async ({ shop: { adas, ids } }) => {
    await adas.ask('access.addPerson', { name: 'Bea', role: 'owner', pin: '4444' });
    expect(await adas.ask('access.removePerson', { personId: ids.Ada })).toMatchObject({
      role: 'viewer',
      person: null,
    });
  });

  test('the last owner stays while there are others; alone they may go, and everybody is an owner again', async ({
    shop: { adas, other, ids },
  }) => {
    expect(await adas.outcome('access.removePerson', { personId: ids.Ada })).toBe('OWNER_NEEDED');
    await adas.ask('access.removePerson', { personId: ids.Otto });
    await adas.ask('access.removePerson', { personId: ids.Vera });
    await adas.ask('access.removePerson', { personId: ids.Ada });
    for (const window of [adas, other]) expect(window.session.state()).toMatchObject({ role: 'owner', people: [] });
  });

  test('a name that is there already is refused, and the PIN of whoever has it stays', async ({
    shop: { adas, ids, other },
  }) => {
    expect(await adas.outcome('access.addPerson', { name: ' OTTO ', role: 'owner', pin: '9999' })).toBe(
      'PERSON_EXISTS',
    );
    expect(await other.outcome('access.unlock', { personId: ids.Otto, pin: '9999' })).toBe('PIN_WRONG');
    expect(await other.outcome('access.unlock', { personId: ids.Otto, pin: pins.Otto })).toBe('done');
  });

  test('a new PIN needs the old one, replaces it, and locks the other windows of the person', async ({
    shop: { adas, other, ids },
    clock,
  }) => {
    await other.ask('access.unlock', { personId: ids.Ada, pin: pins.Ada });
    clock.pass(1);
    await adas.ask('access.changePin', { oldPin: pins.Ada, newPin: '5555' });
    expect(adas.session.state().person?.name).toBe('Ada');
    expect(other.session.state().person).toBeNull();
    expect(await other.outcome('access.unlock', { personId: ids.Ada, pin: pins.Ada })).toBe('PIN_WRONG');
    expect(await other.outcome('access.unlock', { personId: ids.Ada, pin: '5555' })).toBe('done');
  });

  test('a wrong old PIN counts as a wrong PIN, and changes nothing', async ({ shop: { adas, other, ids } }) => {
    for (const code of ['PIN_WRONG', 'PIN_WRONG', 'PIN_LOCKED_OUT'])
      expect(await adas.outcome('access.changePin', { oldPin: '0000', newPin: '5555' })).toBe(code);
    expect(await other.outcome('access.unlock', { personId: ids.Ada, pin: pins.Ada })).toBe('PIN_LOCKED_OUT');
  });

  test('a PIN cannot be changed in a locked window, nor where nobody has one', async ({
    shop: { adas, other, ids },
  }) => {
    const change = { oldPin: pins.Ada, newPin: '5555' };
    expect(await other.outcome('access.changePin', change)).toBe('PIN_NEEDED');
    for (const who of ['Otto', 'Vera', 'Ada'] as const) await adas.ask('access.removePerson', { personId: ids[who] });
    expect(await adas.outcome('access.changePin', change)).toBe('PERSON_NOT_FOUND');
  });

  test('a state database that was damaged does not make everybody an owner', async ({ shop, workspace, clock }) => {
    await shop.adas.ask('access.setIdleLock', { minutes: 3 });
    await workspace.close();
    writeFileSync(workspace.home.statePath, 'damaged '.repeat(1000));
    const again = await Workspace.open(workspace.home);
    try {
      const window = new AskingWindow(again, clock);
      expect(window.session.state()).toMatchObject({ role: 'viewer', person: null, idleLockMinutes: 3 });
      expect(window.session.state().people).toHaveLength(3);
      expect(await window.outcome('access.unlock', { personId: shop.ids.Ada, pin: pins.Ada })).toBe('done');
    } finally {
      await again.close();
    }
  });
});
