import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import {
  archiveReaderMajor,
  chooseDumpTools,
  chooseRestoreTools,
  findClientTools,
  toolPath,
  type ClientTools,
} from '../../../main/postgres/clientTools.ts';
import { test } from '../../support/scratchFolder.ts';

/** Installed sets, newest first, as they are found. */
const installed = (...versions: string[]): ClientTools[] =>
  versions.map((version) => ({ version, major: Number.parseInt(version, 10), dir: `/opt/${version}/bin` }));

test.describe('to dump a server', () => {
  for (const { server, sets, chosen, because } of [
    { server: 15, sets: ['18.0', '17.5', '15.18'], chosen: '15.18', because: 'is of its own major' },
    { server: 17, sets: ['18.0', '17.5', '15.18'], chosen: '17.5', because: 'is of its own major' },
    { server: 16, sets: ['18.0', '17.5', '15.18'], chosen: '17.5', because: 'is the lowest newer one' },
    { server: 14, sets: ['18.0', '15.18'], chosen: '15.18', because: 'is the lowest newer one' },
    { server: 18, sets: ['18.0'], chosen: '18.0', because: 'is the only one' },
    { server: 15, sets: ['17.5', '15.20', '15.18'], chosen: '15.20', because: 'is the newest of its major' },
  ])
    test(`of version ${server} with ${sets.join(', ')}, ${chosen} is chosen: it ${because}`, () => {
      expect(chooseDumpTools(installed(...sets), server).version).toBe(chosen);
    });

  test('newer than every set is refused, and the hint names the version to install', () => {
    expect(() => chooseDumpTools(installed('16.14', '15.18'), 17)).toThrow(
      expect.objectContaining({
        code: 'TOOL_TOO_OLD',
        message: 'the newest client programs here are of version 16.14, too old to back up a server of version 17',
        hint: expect.stringContaining('postgresql-client-17'),
        details: { needed: 17, found: installed('16.14', '15.18') },
      }),
    );
  });

  test('without any set is refused', () => {
    expect(() => chooseDumpTools([], 15)).toThrow(expect.objectContaining({ code: 'TOOL_MISSING' }));
  });
});

test.describe('to restore', () => {
  for (const { archive, target, sets, chosen, because } of [
    { archive: '1.14', target: 15, sets: ['17.5', '15.18'], chosen: '15.18', because: 'is of the major of the target' },
    { archive: '1.14', target: 17, sets: ['17.5', '15.18'], chosen: '17.5', because: 'is of the major of the target' },
    {
      archive: '1.14',
      target: 16,
      sets: ['18.0', '17.5', '15.18'],
      chosen: '17.5',
      because: 'is the lowest newer one',
    },
    { archive: '1.14', target: 15, sets: ['17.5'], chosen: '17.5', because: 'is the only one that reads it' },
    { archive: '1.14', target: 17, sets: ['16.1', '15.18'], chosen: '16.1', because: 'is the newest, though older' },
    { archive: '1.15', target: 15, sets: ['16.1', '15.18'], chosen: '16.1', because: 'is the lowest that reads it' },
    { archive: '1.15', target: 15, sets: ['17.5', '16.1', '15.18'], chosen: '16.1', because: 'reads it' },
    { archive: '1.16', target: 15, sets: ['18.0', '17.5', '15.18'], chosen: '17.5', because: 'is the lowest reader' },
    { archive: '1.16', target: 18, sets: ['18.0', '17.5'], chosen: '18.0', because: 'is of the major of the target' },
    { archive: '1.16', target: 18, sets: ['17.5', '15.18'], chosen: '17.5', because: 'is the newest reader' },
  ])
    test(`an archive ${archive} into a server ${target} with ${sets.join(', ')}, ${chosen} is chosen: it ${because}`, () => {
      expect(chooseRestoreTools(installed(...sets), target, archive).version).toBe(chosen);
    });

  test('an archive that no set can read is refused, and the hint names the version to install', () => {
    expect(() => chooseRestoreTools(installed('16.1', '15.18'), 15, '1.16')).toThrow(
      expect.objectContaining({ code: 'TOOL_TOO_OLD', hint: expect.stringContaining('postgresql-client-17') }),
    );
  });

  test('without any set is refused', () => {
    expect(() => chooseRestoreTools([], 15, '1.14')).toThrow(expect.objectContaining({ code: 'TOOL_MISSING' }));
  });

  test('the lowest reader of each archive version is known', () => {
    expect(['1.14', '1.15', '1.16'].map(archiveReaderMajor)).toEqual([12, 16, 17]);
  });
});

test.describe('in a folder that the person named', () => {
  test.skip(process.platform === 'win32', 'the stand-ins are shell scripts');

  /** Programs that only say a version. */
  function putTools(dir: string, version: string, names = ['pg_dump', 'pg_restore', 'pg_dumpall', 'psql']): void {
    mkdirSync(dir, { recursive: true });
    for (const name of names) {
      writeFileSync(join(dir, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`);
      chmodSync(join(dir, name), 0o755);
    }
  }

  test('the version is what the program says, not what the folder is called', async ({ folder }) => {
    const dir = join(folder, '18', 'bin');
    putTools(dir, '15.18 (Debian 15.18-1.pgdg)');
    const [found] = await findClientTools(dir);
    expect(found).toEqual({ version: '15.18', major: 15, dir });
    expect(toolPath(found!, 'pg_restore')).toBe(join(dir, 'pg_restore'));
  });

  test('a version before its release is read too', async ({ folder }) => {
    putTools(folder, '19beta1');
    expect(await findClientTools(folder)).toMatchObject([{ version: '19', major: 19 }]);
  });

  test('a set that lacks a program is refused, and the folder is named', async ({ folder }) => {
    putTools(folder, '15.18', ['pg_dump', 'pg_restore', 'pg_dumpall']);
    await expect(findClientTools(folder)).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      message: expect.stringContaining(folder),
    });
  });

  test('a program that does not run makes no set', async ({ folder }) => {
    putTools(folder, '15.18');
    writeFileSync(join(folder, 'pg_dump'), '#!/bin/sh\nexit 1\n');
    await expect(findClientTools(folder)).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });

  test("Debian's wrapper, which picks some version, is no set of its own", async ({ folder }) => {
    putTools(folder, '15.18', ['pg_wrapper']);
    for (const name of ['pg_dump', 'pg_restore', 'pg_dumpall', 'psql'])
      symlinkSync(join(folder, 'pg_wrapper'), join(folder, name));
    await expect(findClientTools(folder)).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });
});
