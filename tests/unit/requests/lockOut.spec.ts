import { expect } from '@playwright/test';
import { Workspace } from '../../../main/console/workspace.ts';
import { lockOutMs } from '../../../main/requests/pins.ts';
import { AskingWindow } from '../../support/asking.ts';
import { test as base } from '../../support/openedWorkspace.ts';

const test = base.extend<{
  window: AskingWindow;
  unlock: (pin: string) => ReturnType<AskingWindow['outcome']>;
  ada: number;
}>({
  window: async ({ workspace, clock }, use) => use(new AskingWindow(workspace, clock)),
  ada: async ({ window }, use) => {
    const { people } = await window.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: '1111' });
    window.session.lock();
    await use(people[0]!.id);
  },
  unlock: async ({ window, ada }, use) => use((pin) => window.outcome('access.unlock', { personId: ada, pin })),
});

test('three wrong PINs cost 30 seconds, each further one twice as much, and none more than an hour', () => {
  const seconds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2000].map((wrong) => lockOutMs(wrong) / 1000);
  expect(seconds).toEqual([0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
});

test('a wrong PIN says how many tries are left, and the third one until when there are none', async ({
  window,
  ada,
}) => {
  const wrong = () => window.ask('access.unlock', { personId: ada, pin: '0000' });
  await expect(wrong()).rejects.toMatchObject({
    code: 'PIN_WRONG',
    message: 'this is not the PIN of Ada',
    hint: 'Try again: 2 more tries, then there is a pause of 30 s.',
    details: { triesLeft: 2 },
  });
  await expect(wrong()).rejects.toMatchObject({ code: 'PIN_WRONG', details: { triesLeft: 1 } });
  await expect(wrong()).rejects.toMatchObject({
    code: 'PIN_LOCKED_OUT',
    message: expect.stringMatching(/^the PIN of Ada was wrong 3 times: no more tries until 2026-05-0\d \d\d:\d\d:30 /),
    details: { until: '2026-05-04T03:00:30.000Z', triesLeft: 0 },
  });
});

test('while it lasts even the right PIN is not looked at; afterwards it is, and everything is forgotten', async ({
  unlock,
  clock,
}) => {
  for (let i = 0; i < 3; i++) await unlock('0000');
  clock.pass(29);
  expect(await unlock('1111')).toBe('PIN_LOCKED_OUT');
  clock.pass(1);
  expect(await unlock('1111')).toBe('done');
  expect([await unlock('0000'), await unlock('0000'), await unlock('0000')]).toEqual([
    'PIN_WRONG',
    'PIN_WRONG',
    'PIN_LOCKED_OUT',
  ]);
});

test('each wrong PIN after it costs twice as long, and a try during it costs nothing', async ({ unlock, clock }) => {
  for (let i = 0; i < 3; i++) await unlock('0000');
  clock.pass(30);
  expect(await unlock('0000')).toBe('PIN_LOCKED_OUT');
  for (let i = 0; i < 5; i++) expect(await unlock('0000')).toBe('PIN_LOCKED_OUT');
  clock.pass(59);
  expect(await unlock('1111')).toBe('PIN_LOCKED_OUT');
  clock.pass(1);
  expect(await unlock('1111')).toBe('done');
});

test('a restart does not end it', async ({ unlock, workspace, clock, ada }) => {
  for (let i = 0; i < 3; i++) await unlock('0000');
  await workspace.close();
  const again = await Workspace.open(workspace.home);
  try {
    expect(await new AskingWindow(again, clock).outcome('access.unlock', { personId: ada, pin: '1111' })).toBe(
      'PIN_LOCKED_OUT',
    );
  } finally {
    await again.close();
  }
});

test('it is about the person, not the window; others can go on', async ({ window, unlock, workspace, clock, ada }) => {
  await unlock('1111');
  const { people } = await window.ask('access.addPerson', { name: 'Bea', role: 'owner', pin: '2222' });
  const bea = people.find(({ name }) => name === 'Bea')!.id;
  const other = new AskingWindow(workspace, clock);
  for (let i = 0; i < 3; i++) await unlock('0000');
  expect(await other.outcome('access.unlock', { personId: ada, pin: '1111' })).toBe('PIN_LOCKED_OUT');
  expect(await other.outcome('access.unlock', { personId: bea, pin: '2222' })).toBe('done');
});

test('many tries at the same moment are not more tries', async ({ unlock }) => {
  const guesses = Array.from({ length: 40 }, (_, i) => (i === 39 ? '1111' : `000${i}`));
  const outcomes = await Promise.all(guesses.map((pin) => unlock(pin)));
  expect(outcomes.filter((outcome) => outcome === 'PIN_WRONG')).toHaveLength(2);
  expect(outcomes.filter((outcome) => outcome === 'PIN_LOCKED_OUT')).toHaveLength(38);
});

test('a right PIN keeps a window unlocked, wrong ones do not lock it', async ({ unlock, window }) => {
  await unlock('1111');
  await unlock('0000');
  expect(window.session.state().person?.name).toBe('Ada');
});

test('one from a clock that was wrong does not last for years', async ({ unlock, clock }) => {
  const year = 365 * 24 * 3600;
  clock.jump(5 * year);
  for (let i = 0; i < 3; i++) await unlock('0000');
  clock.jump(-5 * year);
  expect(await unlock('1111')).toBe('done');
});

test('a PIN that is not kept any more is never right', async ({ unlock, workspace, ada }) => {
  await workspace.console.secrets.forget(`pin:${ada}:`);
  expect(await unlock('1111')).toBe('PIN_WRONG');
});
