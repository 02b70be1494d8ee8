import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test as base } from '@playwright/test';

const startFile = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** A checkout that is built; Electron and the command line are stand-ins that write down how they were called. */
class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'strongroom-start-'));

  constructor() {
    chmodSync(this.folder, 0o777);
    mkdirSync(join(this.folder, 'scripts'));
    cpSync(startFile, join(this.folder, 'scripts/start.mjs'));
    const calls = JSON.stringify(join(this.folder, 'calls'));
    this.write(
      'bin/strongroom.mjs',
      `import { appendFileSync } from 'node:fs';
      appendFileSync(${calls}, 'strongroom ' + process.argv.slice(2).join(' ') + '\\n');
      process.exitCode = 3;`,
    );
    this.installer('process.exit(1)');
  }

  write(name: string, text: string, mode = 0o644): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    chmodSync(dirname(path), 0o777);
    writeFileSync(path, text);
    chmodSync(path, mode);
  }

  /** What fetches Electron. */
  installer(script: string): void {
    this.write('node_modules/electron/install.js', script);
  }

  electron(script: string): void {
    this.write('node_modules/electron/path.txt', 'electron');
    this.write(
      'node_modules/electron/dist/electron',
      `#!/bin/sh\necho "electron $*" >>${this.folder}/calls\n${script}\n`,
      0o755,
    );
  }

  /** As a person without special rights, in front of a display unless said otherwise. */
  start(env: Record<string, string> = { DISPLAY: ':0' }, user = isRoot ? nobody : undefined) {
    const { status, stdout, stderr } = spawnSync(process.execPath, this.command, { encoding: 'utf8', env, uid: user });
    return { status, stdout, stderr };
  }

  get command(): string[] {
    return [join(this.folder, 'scripts/start.mjs'), '--home', '/somewhere'];
  }

  get calls(): string[] {
    const path = join(this.folder, 'calls');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  }
}

const test = base.extend<{ checkout: Checkout }>({
  checkout: async ({}, use) => {
    test.skip(process.platform !== 'linux', 'the stand-ins are shell scripts, and the display is that of Linux');
    const checkout = new Checkout();
    await use(checkout);
    rmSync(checkout.folder, { recursive: true });
  },
});

const inBrowser = 'strongroom serve --open --home /somewhere';

test('opens the window of its own where it can, and ends as that does', ({ checkout }) => {
  checkout.electron('exit 0');
  expect(checkout.start()).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(checkout.calls).toEqual([`electron ${checkout.folder}/ --home /somewhere`]);
});

test('opens the browser where there is no display, and says so in one line', ({ checkout }) => {
  checkout.electron('exit 0');
  const stderr = 'start: no window of its own, because there is no display: the console opens in the browser\n';
  expect(checkout.start({})).toEqual({ status: 3, stdout: '', stderr });
  expect(checkout.calls).toEqual([inBrowser]);
});

test('opens the browser for root, for whom Electron does not run', ({ checkout }) => {
  test.skip(!isRoot, 'this is not root');
  checkout.electron('exit 0');
  expect(checkout.start({ DISPLAY: ':0' }, 0).stderr).toContain('because Electron does not run as root');
  expect(checkout.calls).toEqual([inBrowser]);
});

test('fetches Electron once where it is missing', ({ checkout }) => {
  checkout.write('electron-to-come', '#!/bin/sh\nexit 0\n', 0o755);
  checkout.installer(`const fs = require('node:fs');
    fs.mkdirSync(__dirname + '/dist');
    fs.copyFileSync(__dirname + '/../../electron-to-come', __dirname + '/dist/electron');
    fs.writeFileSync(__dirname + '/path.txt', 'electron');
    console.log('lots of words');`);
  const fetching = 'start: fetching Electron (about 110 MB, once)\n';
  expect(checkout.start()).toEqual({ status: 0, stdout: '', stderr: fetching });
  expect(checkout.start()).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('opens the browser where Electron cannot be fetched, and says why', ({ checkout }) => {
  checkout.installer(
    `console.error('RequestError: getaddrinfo ENOTFOUND github.com\\n    at somewhere'); process.exit(1)`,
  );
  const { status, stderr } = checkout.start();
  expect(status).toBe(3);
  expect(stderr.split('\n')[1]).toBe(
    'start: no window of its own, because Electron could not be fetched (getaddrinfo ENOTFOUND github.com): ' +
      'the console opens in the browser',
  );
  expect(checkout.calls).toEqual([inBrowser]);
});

for (const [what, script, problem] of [
  ['lacks a library', 'exit 127', 'it ended with 127'],
  ['lacks its sandbox', 'kill -TRAP $$', 'SIGTRAP'],
] as const)
  test(`opens the browser where Electron ${what}`, ({ checkout }) => {
    checkout.electron(script);
    expect(checkout.start().stderr).toContain(`because Electron did not start (${problem})`);
    expect(checkout.calls.at(-1)).toBe(inBrowser);
  });

test('a signal reaches the window, and no other one opens in its place', async ({ checkout }) => {
  checkout.electron('trap "exit 143" TERM; while :; do sleep 0.05; done');
  const child = spawn(process.execPath, checkout.command, {
    env: { ...process.env, DISPLAY: ':0' },
    uid: isRoot ? nobody : undefined,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (checkout.calls.length === 0) await sleep(20);
  child.kill('SIGTERM');
  expect(await ended).toBe(143);
  expect(checkout.calls).toHaveLength(1);
});
