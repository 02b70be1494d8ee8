import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test as base } from '@playwright/test';

const versionsFile = fileURLToPath(new URL('../../scripts/testVersions.mjs', import.meta.url));
const promtoolFile = fileURLToPath(new URL('../../scripts/testPromtool.mjs', import.meta.url));
const setupFile = fileURLToPath(new URL('../../scripts/setup.mjs', import.meta.url));
const nobody = 65_534;
const programs = 'initdb postgres pg_dump psql radosgw ceph-mon ceph-osd monmaptool ceph ceph-authtool radosgw-admin';
const sources = [
  'main/cli.ts',
  'preload/preload.ts',
  'renderer/main.tsx',
  'shared/failure.ts',
  'vite.config.ts',
  'vite.preload.config.ts',
  'vite.renderer.config.ts',
];
const lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/for-another-system': { version: '2.0.0', optional: true },
  },
};
const installed = { packages: { 'node_modules/zod': { version: '4.0.0' } } };

/** A checkout that is ready, on a machine whose only programs are stand-ins that write down how they were called. */
class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'strongroom-setup-'));

  constructor() {
    chmodSync(this.folder, 0o755);
    mkdirSync(this.path('scripts'));
    cpSync(setupFile, this.path('scripts/setup.mjs'));
    cpSync(versionsFile, this.path('scripts/testVersions.mjs'));
    cpSync(promtoolFile, this.path('scripts/testPromtool.mjs'));
    this.write('package-lock.json', JSON.stringify(lock));
    this.write('node_modules/.package-lock.json', JSON.stringify(installed));
    this.write('node_modules/node/bin/node', '');
    this.write('tests/versions/package-lock.json', JSON.stringify(lock));
    this.write('tests/versions/node_modules/.package-lock.json', JSON.stringify(installed));
    for (const major of [17, 18]) this.write(`tests/versions/clients/${major}/pg_dump`, '');
    this.write('tests/versions/clients/promtool/promtool', '');
    for (const source of sources) this.write(source, '');
    for (const built of ['main/cli.js', 'preload/preload.cjs', 'renderer/index.html']) this.write(`out/${built}`, '');
    for (const name of [...programs.split(' '), 'age', 'zstd', 'openssl', 'restic', 'chromium-headless-shell'])
      this.program(name);
    this.program('npm');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  program(name: string, does = ''): void {
    this.write(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >>${this.path('calls')}\necho "${name} speaks"\n${does}\n`);
    chmodSync(this.path(`bin/${name}`), 0o755);
  }

  lacks(name: string): void {
    rmSync(this.path(`bin/${name}`));
  }

  setup(purpose: string, user?: number) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.path('scripts/setup.mjs'), purpose], {
      encoding: 'utf8',
      env: { PATH: this.path('bin') },
      uid: user,
    });
    return { status, stdout, stderr };
  }

  get calls(): string[] {
    return existsSync(this.path('calls')) ? readFileSync(this.path('calls'), 'utf8').trim().split('\n') : [];
  }
}

const test = base.extend<{ machine: Machine }>({
  machine: async ({}, use) => {
    const machine = new Machine();
    await use(machine);
    rmSync(machine.folder, { recursive: true });
  },
});

for (const purpose of ['start', 'demo', 'test', 'bench'])
  test(`says and does nothing when all is ready for ${purpose}`, ({ machine }) => {
    expect(machine.setup(purpose)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(machine.calls).toEqual([]);
  });

test('names its purposes when it is given another one', ({ machine }) => {
  const usage = 'usage: node scripts/setup.mjs start|demo|test|bench\n';
  expect(machine.setup('lunch')).toEqual({ status: 1, stdout: '', stderr: usage });
});

test('installs the packages that the lock file asks for, and keeps stdout clean', ({ machine }) => {
  machine.write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
  const { status, stdout, stderr } = machine.setup('demo');
  expect(status).toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toBe('setup: npm ci (node_modules/zod is not 4.0.0)\n');
  expect(machine.calls).toEqual(['npm ci --no-audit --no-fund --loglevel=error']);
});

test('installs them when there are none at all', ({ machine }) => {
  rmSync(machine.path('node_modules'), { recursive: true });
  machine.program('npm', `/bin/mkdir -p ${machine.path('node_modules/node/bin')}; : >${ownNode(machine)}`);
  expect(machine.setup('demo')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('node_modules is missing'),
  });
});

test('says what to do when npm was forbidden to install a Node', ({ machine }) => {
  rmSync(ownNode(machine));
  const { status, stderr } = machine.setup('demo');
  expect(status).toBe(1);
  expect(stderr).toContain('npm installed no Node 24 under node_modules: allow install scripts');
});

for (const source of sources)
  test(`builds when ${source} is newer than the build`, ({ machine }) => {
    const soon = new Date(Date.now() + 60_000);
    utimesSync(machine.path(source), soon, soon);
    expect(machine.setup('demo')).toEqual({ status: 0, stdout: '', stderr: 'setup: npm run build\n' });
    expect(machine.calls).toEqual(['npm run --silent build']);
  });

test('builds when a part of the build is missing', ({ machine }) => {
  rmSync(machine.path('out/renderer'), { recursive: true });
  expect(machine.setup('start')).toEqual({ status: 0, stdout: '', stderr: 'setup: npm run build\n' });
});

test('does not let the packages fetch a program that may be out of reach', ({ machine }) => {
  machine.write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
  machine.program('npm', `echo "$ELECTRON_SKIP_BINARY_DOWNLOAD" >>${machine.path('calls')}`);
  machine.setup('start');
  expect(machine.calls).toEqual(['npm ci --no-audit --no-fund --loglevel=error', '1']);
});

test('opens the console without the programs that it cannot install, and says what is missing then', ({ machine }) => {
  machine.lacks('pg_dump');
  // This machine has one, where Debian puts it.
  machine.write('scripts/setup.mjs', readFileSync(setupFile, 'utf8').replace('/usr/lib/postgresql', '/nowhere'));
  const stderr =
    'setup: pg_dump cannot be found: install them (on Debian: "apt-get install -y --no-install-recommends ' +
    'postgresql") and try again. Until then there are no backups and no demo shop.\n';
  expect(machine.setup('start')).toEqual({ status: 0, stdout: '', stderr });
  expect(machine.setup('demo').status).toBe(1);
});

test('brings the browser of the tests together with letters', ({ machine }) => {
  machine.lacks('chromium-headless-shell');
  expect(machine.setup('test').stderr).toContain(
    'apt-get install -y --no-install-recommends chromium-headless-shell fonts-dejavu-core',
  );
  expect(machine.setup('bench').status).toBe(0);
});

test('brings the servers and the client programs of other versions for the tests alone', ({ machine }) => {
  test.skip(process.platform !== 'linux' || process.arch !== 'x64', 'there are none for this platform');
  for (const part of ['node_modules', 'clients/18'])
    rmSync(machine.path(`tests/versions/${part}`), { recursive: true });
  expect(machine.setup('start')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(machine.setup('test')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('npm ci in tests/versions'),
  });
  expect(machine.calls).toEqual(['npm ci --no-audit --no-fund --loglevel=error']);
  rmSync(machine.path('tests/versions/clients/promtool'), { recursive: true });
  const { stderr } = machine.setup('test');
  expect(stderr).toContain('setup: no client programs 18 for the tests');
  expect(stderr).toContain('setup: no promtool for the tests');
});

test('shows what a command said when it fails, and names it', ({ machine }) => {
  machine.write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
  machine.program('npm', 'exit 7');
  const { status, stdout, stderr } = machine.setup('demo');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('npm speaks\n');
  expect(stderr).toMatch(/"npm ci --no-audit --no-fund --loglevel=error" failed\.\n$/);
});

test('names the programs and the exact command where there is no apt-get', ({ machine }) => {
  machine.lacks('radosgw');
  machine.lacks('age');
  const stderr =
    'radosgw, age cannot be found: install them ' +
    '(on Debian: "apt-get install -y --no-install-recommends radosgw age") and try again.\n';
  expect(machine.setup('test')).toEqual({ status: 1, stdout: '', stderr });
  expect(machine.setup('demo').status).toBe(0);
});

test('asks whoever is not root to run the command', ({ machine }) => {
  const root = process.getuid?.() === 0;
  machine.lacks('zstd');
  machine.program('apt-get');
  const stderr = 'zstd cannot be found: run "sudo apt-get install -y --no-install-recommends zstd" and try again.\n';
  expect(machine.setup('test', root ? nobody : undefined)).toEqual({ status: 1, stdout: '', stderr });
  expect(machine.calls).toEqual([]);
});

test('installs missing programs as root, once and only those', ({ machine }) => {
  test.skip(process.getuid?.() !== 0, 'only root may install packages');
  machine.lacks('ceph');
  machine.lacks('radosgw-admin');
  const there = machine.path('bin');
  machine.program('apt-get', `[ "$2" = install ] && : >${there}/ceph && : >${there}/radosgw-admin; true`);
  expect(machine.setup('test')).toMatchObject({ status: 0, stdout: '' });
  expect(machine.calls).toEqual(['apt-get update -q', 'apt-get -q install -y --no-install-recommends ceph-common']);
  expect(machine.setup('test')).toEqual({ status: 0, stdout: '', stderr: '' });
});

function ownNode(machine: Machine): string {
  return machine.path('node_modules/node/bin/node');
}
