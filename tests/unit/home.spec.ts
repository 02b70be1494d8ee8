import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { homeAt } from '../../main/console/home.ts';

const variables = ['STRONGROOM_HOME', 'XDG_DATA_HOME', 'APPDATA'];
const before = variables.map((name) => process.env[name]);

test.beforeEach(() => {
  for (const name of variables) delete process.env[name];
});
test.afterAll(() => {
  for (const [index, name] of variables.entries())
    if (before[index] === undefined) delete process.env[name];
    else process.env[name] = before[index];
});

test('everything lies in the folder that was asked for', () => {
  const { dir, ...places } = homeAt('/srv/strongroom');
  expect(dir).toBe(resolve('/srv/strongroom'));
  expect(places).toEqual({
    statePath: join(dir, 'strongroom.sqlite'),
    machineKeyPath: join(dir, 'keys', 'machine.json'),
    secretsPath: join(dir, 'keys', 'secrets.age'),
    settingsPath: join(dir, 'settings.json'),
    setUpNotePath: join(dir, 'set-up.json'),
    spoolDir: join(dir, 'spool'),
    runDir: join(dir, 'run'),
    undoDir: join(dir, 'undo'),
  });
});

test('what was asked for counts for more than STRONGROOM_HOME', () => {
  process.env.STRONGROOM_HOME = '/from/the/environment';
  expect(homeAt('/asked/for').dir).toBe(resolve('/asked/for'));
  expect(homeAt(undefined).dir).toBe(resolve('/from/the/environment'));
});

test('a relative folder is taken from where the command is run', () => {
  expect(homeAt('state').dir).toBe(join(process.cwd(), 'state'));
});

test('on Linux it is where programs keep their data', () => {
  test.skip(process.platform !== 'linux', 'this is about Linux');
  expect(homeAt(undefined).dir).toBe(join(homedir(), '.local', 'share', 'strongroom'));
  process.env.XDG_DATA_HOME = '/data';
  expect(homeAt(undefined).dir).toBe('/data/strongroom');
});
