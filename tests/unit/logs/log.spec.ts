import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { keptLog, openLog } from '../../../main/logs/log.ts';
import { Failure } from '../../../shared/failure.ts';
import { test } from '../../support/scratchFolder.ts';

test('a line is on the disk when the call returns, with its time and its weight', ({ folder }) => {
  const log = openLog(join(folder, 'logs'), 'desktop');
  log.info('the machine goes to sleep');
  const text = readFileSync(log.path, 'utf8');
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info the machine goes to sleep\r?\n$/);
  expect(statSync(log.path).mode & 0o777).toBe(0o600);
});

test('an expected failure is its code and sentence; its details, which may name rows, stay out', ({ folder }) => {
  const log = openLog(folder, 'desktop');
  const details = { row: 'Mrs Smith' };
  log.warn('no backup', new Failure('STORE_FULL', 'the disk is full', 'Make room.', { details }));
  log.error('a surprise', new TypeError('x is undefined'));
  const text = readFileSync(log.path, 'utf8');
  expect(text).toContain('warn no backup: STORE_FULL the disk is full');
  expect(text).toContain('error a surprise: TypeError: x is undefined');
  expect(text).toContain('log.spec.ts'); // where it came from
  expect(text).not.toContain('Smith');
});

test('a full file makes room, and only some older ones are kept', ({ folder }) => {
  const log = openLog(folder, 'desktop');
  const line = 'x'.repeat(200_000);
  for (let number = 0; number < 50; number++) log.info(`${number} ${line}`);
  const numbers = Array.from({ length: keptLog.olderFiles }, (_, index) => `desktop.${index + 1}.log`);
  expect(readdirSync(folder).toSorted()).toEqual([...numbers, 'desktop.log'].toSorted());
  for (const file of readdirSync(folder))
    expect(statSync(join(folder, file)).size, file).toBeLessThan(keptLog.bytes + 2 * line.length);
  expect(readFileSync(log.path, 'utf8')).toContain(' 49 x');
});
