import { expect } from '@playwright/test';
import { AuditLog, firstBreak } from '../../../main/state/auditLog.ts';
import type { State } from '../../../main/state/openState.ts';
import { test as base } from '../../support/scratchFolder.ts';

const test = base.extend<{ audit: AuditLog }>({ audit: async ({ state }, use) => use(new AuditLog(state)) });

const entry = (action: string) => ({
  at: '2026-05-04T03:00:00.000Z',
  osUser: 'shop',
  person: 'Ada',
  action,
  subject: 'nas',
  outcome: 'done',
});

/** What somebody does who has the file, and knows about triggers. */
function tamper(state: State, sql: string): void {
  for (const trigger of ['changed', 'deleted', 'replaced']) state.exec(`DROP TRIGGER audit_is_never_${trigger}`);
  state.exec(sql);
}

test('entries come newest first, in pages', ({ audit }) => {
  for (let i = 1; i <= 5; i++) audit.add(entry(`action ${i}`));
  expect(audit.page(null, 2)).toEqual([
    { ...entry('action 5'), seq: 5 },
    { ...entry('action 4'), seq: 4 },
  ]);
  expect(audit.page(4, 2).map(({ seq }) => seq)).toEqual([3, 2]);
  expect(audit.page(2, 2).map(({ seq }) => seq)).toEqual([1]);
  expect(audit.page(1, 2)).toEqual([]);
});

test('an empty log is intact, and so is one that was only written to', async ({ audit }) => {
  expect(await audit.intact()).toBe(true);
  for (let i = 1; i <= 3; i++) audit.add(entry(`action ${i}`));
  expect(await audit.intact()).toBe(true);
});

test('a log stays intact with whatever is written into it', async ({ audit }) => {
  for (const subject of ['\0 a \0', '\ud800', '😀'.slice(1), 'e\u0301', "'; --", '"', '\u2028', 'x'.repeat(100_000)])
    audit.add({ ...entry('stores.remove'), subject });
  expect(await audit.intact()).toBe(true);
});

for (const [doing, sql] of [
  ['changed', `UPDATE audit SET outcome = 'done'`],
  ['deleted', 'DELETE FROM audit WHERE seq = 1'],
  [
    'replaced',
    "INSERT OR REPLACE INTO audit SELECT seq, at, os_user, person, action, subject, 'done', previous_hash, hash FROM audit",
  ],
] as const)
  test(`an entry cannot be ${doing}`, async ({ audit, state }) => {
    audit.add({ ...entry('stores.remove'), outcome: 'PIN_WRONG' });
    expect(() => state.exec(sql)).toThrow('the audit log is only added to');
    expect(audit.page(null, 10)).toEqual([{ ...entry('stores.remove'), outcome: 'PIN_WRONG', seq: 1 }]);
    expect(await audit.intact()).toBe(true);
  });

for (const [what, sql] of [
  ['another outcome', `UPDATE audit SET outcome = 'PIN_WRONG' WHERE seq = 2`],
  ['another person', `UPDATE audit SET person = NULL WHERE seq = 2`],
  ['another time', `UPDATE audit SET at = '2026-05-04T04:00:00.000Z' WHERE seq = 3`],
  [
    'words moved from one column to the next',
    `UPDATE audit SET action = action || subject, subject = '' WHERE seq = 2`,
  ],
  ['the first one gone', 'DELETE FROM audit WHERE seq = 1'],
  ['one from the middle gone', 'DELETE FROM audit WHERE seq = 2'],
  ['one gone and the rest moved up', 'DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3'],
  [
    'two in the other order',
    'UPDATE audit SET seq = 9 WHERE seq = 1; UPDATE audit SET seq = 1 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 9',
  ],
  ['a hash of its own', `UPDATE audit SET hash = '${'1'.repeat(64)}' WHERE seq = 3`],
] as const)
  test(`a log with ${what} is not intact`, async ({ audit, state }) => {
    for (let i = 1; i <= 3; i++) audit.add(entry(`action ${i}`));
    tamper(state, sql);
    expect(await audit.intact()).toBe(false);
  });

test('a change far behind in a long log is found, and others get their turn meanwhile', async ({ audit, state }) => {
  state.transaction(() => {
    for (let i = 1; i <= 2500; i++) audit.add(entry(`action ${i}`));
  })();
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  expect(await audit.intact()).toBe(true);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(0);
  tamper(state, `UPDATE audit SET subject = 'usb' WHERE seq = 2400`);
  expect(await audit.intact()).toBe(false);
});

test('what is exported is chained like the log, and every change to it shows where it was made', ({ audit }) => {
  for (let i = 1; i <= 4; i++) audit.add(entry(`action ${i}`));
  const entries = audit.following(0, 100);
  expect(audit.following(2, 1)).toEqual([entries[2]]);
  expect(firstBreak(entries)).toBeNull();
  expect(firstBreak(entries.slice(0, 2))).toBeNull(); // what was cut off at the end shows only beside the log
  expect(firstBreak(entries.map((one) => (one.seq === 3 ? { ...one, subject: 'r2' } : one)))).toBe(3);
  expect(firstBreak(entries.filter(({ seq }) => seq !== 2))).toBe(3);
  expect(firstBreak(entries.slice(1))).toBe(2);
  expect(firstBreak([entries[1]!, entries[0]!])).toBe(2);
});
