import { expect, test } from '@playwright/test';
import { baseDirectories } from '../../../main/postgres/windowsRegistry.ts';

test('installations are read from what the registry of Windows prints, also below folders with spaces', () => {
  const printed = [
    '',
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\PostgreSQL\\Installations\\postgresql-x64-15',
    '    Base Directory    REG_SZ    C:\\Program Files\\PostgreSQL\\15',
    '',
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\PostgreSQL\\Installations\\postgresql-x64-17',
    '    Base Directory    REG_SZ    D:\\Database Server\\17\\',
    '',
    'End of search: 2 match(es) found.',
    '',
  ].join('\r\n');
  expect(baseDirectories(printed)).toEqual(['C:\\Program Files\\PostgreSQL\\15', 'D:\\Database Server\\17']);
});

test('what the registry says when it knows of none is no installation', () => {
  expect(baseDirectories('End of search: 0 match(es) found.\r\n')).toEqual([]);
});
