import { expect } from '@playwright/test';
import { People } from '../../../main/state/people.ts';
import { test as base } from '../../support/scratchFolder.ts';

const test = base.extend<{ people: People }>({ people: async ({ state }, use) => use(new People(state)) });
const now = '2026-05-04T03:00:00.000Z';

test('people are listed by name, whatever its case', ({ people }) => {
  people.add({ id: 3, name: 'bea', role: 'owner' }, now);
  people.add({ id: 1, name: 'Carl', role: 'viewer' }, now);
  people.add({ id: 2, name: 'Ada', role: 'operator' }, now);
  expect(people.all().map(({ name }) => name)).toEqual(['Ada', 'bea', 'Carl']);
  expect(people.get(2)).toEqual({
    id: 2,
    name: 'Ada',
    role: 'operator',
    failedAttempts: 0,
    lockedUntil: null,
    pinSetAt: now,
  });
});

for (const twin of ['zoë', 'ZOË', 'Zoe\u0308'])
  test(`a name is there once: Zoë keeps ${twin} (${[...twin].length} letters) out`, ({ people }) => {
    people.add({ id: 1, name: 'Zoë', role: 'owner' }, now);
    expect(() => people.add({ id: 2, name: twin, role: 'owner' }, now)).toThrow(
      expect.objectContaining({ code: 'PERSON_EXISTS' }),
    );
    expect(people.all()).toHaveLength(1);
  });

for (const role of ['viewer', 'operator'] as const)
  test(`the first person cannot be ${role}`, ({ people }) => {
    expect(() => people.add({ id: 1, name: 'Ada', role }, now)).toThrow(
      expect.objectContaining({ code: 'OWNER_NEEDED' }),
    );
    expect(people.all()).toEqual([]);
  });

test('the last owner stays while there are others', ({ people }) => {
  people.add({ id: 1, name: 'Ada', role: 'owner' }, now);
  people.add({ id: 2, name: 'Bea', role: 'operator' }, now);
  expect(() => people.remove(1)).toThrow(expect.objectContaining({ code: 'OWNER_NEEDED' }));
  expect(people.all()).toHaveLength(2);
});

test('an owner may go while there is another one', ({ people }) => {
  people.add({ id: 1, name: 'Ada', role: 'owner' }, now);
  people.add({ id: 2, name: 'Bea', role: 'owner' }, now);
  people.add({ id: 3, name: 'Carl', role: 'viewer' }, now);
  people.remove(1);
  expect(people.all().map(({ name }) => name)).toEqual(['Bea', 'Carl']);
});

test('the very last person may go, and then nobody is left', ({ people }) => {
  people.add({ id: 1, name: 'Ada', role: 'owner' }, now);
  people.remove(1);
  expect(people.all()).toEqual([]);
});

test('somebody who is not there cannot be removed', ({ people }) => {
  expect(() => people.remove(7)).toThrow(expect.objectContaining({ code: 'PERSON_NOT_FOUND' }));
});

test('wrong PINs are counted for one person only, and outlive the process', ({ people, state }) => {
  people.add({ id: 1, name: 'Ada', role: 'owner' }, now);
  people.add({ id: 2, name: 'Bea', role: 'owner' }, now);
  people.noteAttempt(1, 4, '2026-05-04T03:01:00.000Z');
  const again = new People(state);
  expect(again.get(1)).toMatchObject({ failedAttempts: 4, lockedUntil: '2026-05-04T03:01:00.000Z' });
  expect(again.get(2)).toMatchObject({ failedAttempts: 0, lockedUntil: null });
});
