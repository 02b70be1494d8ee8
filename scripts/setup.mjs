// Makes a bare machine ready: `node scripts/setup.mjs start|demo|test|bench`. Plain Node 20 and no packages, because it runs
// before there are any. It says one line per thing it does and nothing when all is ready; all of it goes to stderr,
// so that the `--json` of the command that follows stays clean.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPromtool } from './testPromtool.mjs';
import { installTestVersions } from './testVersions.mjs';

const top = fileURLToPath(new URL('..', import.meta.url));

/** Debian's package for each program; a program counts as there when it can be found, however it came. */
const postgresql = { initdb: 'postgresql', postgres: 'postgresql', pg_dump: 'postgresql', psql: 'postgresql' };
const storage = {
  radosgw: 'radosgw',
  'ceph-mon': 'ceph-mon',
  'ceph-osd': 'ceph-osd',
  monmaptool: 'ceph-base',
  ceph: 'ceph-common',
  'ceph-authtool': 'ceph-common',
  'radosgw-admin': 'ceph-common',
};
const peers = { age: 'age', zstd: 'zstd' };
// Makes the certificate of a mail server.
const certificates = { openssl: 'openssl' };
// Without a font it would draw no letters.
const browser = { 'chromium-headless-shell': 'chromium-headless-shell fonts-dejavu-core' };
const purposes = {
  start: postgresql,
  demo: postgresql,
  test: { ...postgresql, ...storage, ...peers, ...certificates, ...browser },
  bench: { ...postgresql, ...storage, ...peers, restic: 'restic' },
};

/** Ends the set-up with one sentence for the person who started it. */
class Impossible extends Error {}

try {
  prepare(process.argv[2]);
} catch (error) {
  if (!(error instanceof Impossible)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function prepare(purpose) {
  if (!Object.keys(purposes).includes(purpose))
    throw new Impossible(`usage: node scripts/setup.mjs ${Object.keys(purposes).join('|')}`);
  if (Number.parseInt(process.versions.node, 10) < 20)
    throw new Impossible(
      `Strongroom needs Node 20 or newer to set itself up and this is ${process.version}: install it and try again.`,
    );
  installNodePackages();
  if (purpose === 'start') recommendPrograms(purpose);
  else installPrograms(purpose);
  if (purpose === 'test') prepareTestVersions();
  build();
}

/** The tests of what is missing are skipped, and say so. */
function prepareTestVersions() {
  try {
    const isStale = (folder) => packagesStaleness(folder) !== undefined;
    installTestVersions(top, { isStale, findProgram, run, say });
    installPromtool(top, { findProgram, run, say });
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    say(`${error.message} The tests that need it will be skipped.`);
  }
}

/** The console opens without them too, and then says itself what it cannot do. */
function recommendPrograms(purpose) {
  try {
    installPrograms(purpose);
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    say(`${error.message} Until then there are no backups and no demo shop.`);
  }
}

/** `npm ci`, when what is installed is not what the lock file says. */
function installNodePackages() {
  const ownNode = join(top, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const reason = packagesStaleness(top);
  if (!reason && existsSync(ownNode)) return;
  say(`npm ci (${reason ?? 'node_modules has no Node of its own'})`);
  // Electron's own program is fetched by whoever opens a window, and nothing else needs it.
  const env = { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env });
  if (!existsSync(ownNode))
    throw new Impossible(
      'npm installed no Node 24 under node_modules: allow install scripts ("npm config set ignore-scripts false") and try again.',
    );
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** Compared by content, since a checkout gives the lock file a new date; optional packages may be for other machines. */
function packagesStaleness(folder) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules/.package-lock.json'));
  if (!installed) return 'node_modules is missing';
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || (optional && !installed[path])) continue;
    if (installed[path]?.version !== version) return `${path} is not ${version}`;
  }
  return undefined;
}

function installPrograms(purpose) {
  const missing = Object.keys(purposes[purpose]).filter((program) => !findProgram(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((program) => purposes[purpose][program].split(' ')))];
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const command = `apt-get ${install.join(' ')}`;
  if (!findProgram('apt-get'))
    throw new Impossible(
      `${missing.join(', ')} cannot be found: install them (on Debian: "${command}") and try again.`,
    );
  if (process.getuid?.() !== 0)
    throw new Impossible(`${missing.join(', ')} cannot be found: run "sudo ${command}" and try again.`);

  say(`${command} (for ${missing.join(', ')})`);
  const restore = packages.includes('postgresql') ? forbidDefaultCluster() : () => undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    run('apt-get', ['update', '-q'], { env });
    run('apt-get', ['-q', ...install], { env });
  } finally {
    restore();
  }
  const still = missing.filter((program) => !findProgram(program));
  if (still.length > 0) throw new Impossible(`${still.join(', ')} still cannot be found after "${command}".`);
}

/** Debian would start a cluster of its own on port 5432; its settings are asked only while the package is installed. */
function forbidDefaultCluster() {
  const folder = '/etc/postgresql-common/createcluster.d';
  const file = join(folder, 'strongroom-setup.conf');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, 'create_main_cluster = false\n');
  return () => rmSync(file);
}

function findProgram(name) {
  const versions = '/usr/lib/postgresql';
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...(existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : []),
  ];
  return folders.some((folder) => existsSync(join(folder, name)));
}

/** `npm run build`, when a source is newer than what was built from it. */
function build() {
  const built = ['main/cli.js', 'preload/preload.cjs', 'renderer/index.html'].map((name) => join(top, 'out', name));
  const configs = ['vite.config.ts', 'vite.preload.config.ts', 'vite.renderer.config.ts', 'package-lock.json'];
  const sources = ['main', 'preload', 'renderer', 'shared', ...configs].map((name) => join(top, name));
  const oldest = Math.min(...built.map((path) => (existsSync(path) ? statSync(path).mtimeMs : 0)));
  if (Math.max(...sources.map(newest)) <= oldest) return;
  say('npm run build');
  run('npm', ['run', '--silent', 'build']);
}

/** The latest change in a tree; a folder's own date tells of files that went away. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Runs a command to its end; what it prints is shown only when it fails. */
function run(command, args, { env = process.env, cwd = top } = {}) {
  // The Node in node_modules must not run the npm that replaces it.
  const path = (env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...env, PATH: path.join(delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status === 0) return stdout;
  console.error(`${stdout ?? ''}${stderr ?? ''}`);
  throw new Impossible(`"${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}.`);
}

function say(line) {
  console.error(`setup: ${line}`);
}
