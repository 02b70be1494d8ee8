import { expect, test } from '@playwright/test';
import { nightlyBackupLine } from '../../../../../renderer/screens/setUp/defaultSchedule.ts';

test('cron gets a line with the folder as the shell wants it', () => {
  expect(nightlyBackupLine('linux 6.1', '/var/lib/strongroom', 'shop')).toBe(
    '0 2 * * * strongroom --home /var/lib/strongroom backup full shop',
  );
  expect(nightlyBackupLine('darwin 24', "/Users/o'neil/Library/Application Support", 'shop')).toContain(
    String.raw`--home '/Users/o'\''neil/Library/Application Support' backup`,
  );
});

test('a percent sign, which cron reads as a new line, is escaped', () => {
  expect(nightlyBackupLine('linux 6.1', '/srv/100%', 'shop')).toContain(String.raw`--home '/srv/100\%'`);
});

test('the Task Scheduler gets a command with its own quotes', () => {
  expect(nightlyBackupLine('win32 10.0', 'C:\\Users\\Ann Lee\\Strongroom', 'shop')).toBe(
    String.raw`schtasks /Create /SC DAILY /ST 02:00 /TN "Strongroom shop" /TR "strongroom --home \"C:\Users\Ann Lee\Strongroom\" backup full shop"`,
  );
});
