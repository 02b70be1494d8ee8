import { expect, test } from '@playwright/test';
import type { EndedJob } from '../../../main/alerts/facts.ts';
import { hourMs } from '../../../main/alerts/rule.ts';
import { only, over } from './judging.ts';
import { aJob, facts, noon, tested } from './someFacts.ts';

test('a test restore of a tenant, or of an old backup, says nothing of the whole database', () => {
  const failed = { id: '01R', at: noon, target: '', differs: false, link: '/', restoreId: null, failure: null };
  const whole = only('DRILL_FAILURE', tested({ part: null, failed }));
  const seven = { tenants: ['7'] };
  const old = { backup: '01A' };
  expect(over(whole, tested({ part: seven, failed: null }, { part: old, failed: null }))).toBeNull();
  const ofSeven = only('DRILL_FAILURE', tested({ part: seven, failed }));
  expect(ofSeven).toMatchObject({ message: 'The test restore of tenant 7 of shop failed', about: { tenant: '7' } });
  const ofOld = only('DRILL_FAILURE', tested({ part: old, failed }));
  expect(ofOld).toMatchObject({
    message: 'The test restore of the backup 01A of shop failed',
    about: { tenant: null, backupId: '01A' },
  });
  expect(new Set([whole, ofSeven, ofOld].map(({ fingerprint }) => fingerprint)).size).toBe(3);
  expect(over(ofSeven, tested({ part: null, failed: null }))).toBeNull();
  expect(over(ofSeven, tested({ part: seven, failed: null }))).not.toBeNull();
});

test('one tenant that is backed up by hand does not make a failed run of all good; a run of all makes each good', () => {
  const all = aJob({ kind: 'backup tenants', status: 'FAILED', startedAt: noon - 2 * hourMs });
  const ofSeven = aJob({ kind: 'backup tenants', id: '01K', part: { tenants: ['7'] }, startedAt: noon - hourMs });
  const failed = only('BACKUP_FAILURE', facts({ jobs: [all, ofSeven] }));
  expect(failed).toMatchObject({ message: 'The backup of the tenants of shop failed', occurrence: '01J' });
  expect(over(failed, facts({ jobs: [all, ofSeven] }))).toBeNull();

  const failedSeven: EndedJob = { ...ofSeven, status: 'FAILED' };
  const eightLater = aJob({ kind: 'backup tenants', id: '01L', part: { tenants: ['8'] }, startedAt: noon });
  const one = only('BACKUP_FAILURE', facts({ jobs: [failedSeven, eightLater] }));
  expect(one.message).toBe('The backup of tenant 7 of shop failed');
  expect(over(one, facts({ jobs: [failedSeven, eightLater] }))).toBeNull();
  for (const part of [null, { tenants: ['7', '8'] }])
    expect(over(one, facts({ jobs: [failedSeven, { ...eightLater, part }] }))).not.toBeNull();
  expect(over(one, facts({ jobs: [failedSeven, { ...all, status: 'DONE' }] })), 'one from before').toBeNull();
  const failure = { code: 'COPIES_MISSING', message: 'not everywhere', hint: '' };
  const lacksCopies: EndedJob = { ...eightLater, part: null, status: 'FAILED', failure };
  expect(over(one, facts({ jobs: [failedSeven, lacksCopies] })), 'only copies are missing').not.toBeNull();
});
