// Prometheus's own checker of metrics and rules, for the tests alone and below tests/versions alone: unpacked from Debian's
// package, which would otherwise bring a server that starts by itself.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Fetches it where it is missing: 19 MB, some seconds. Tests that want it are skipped where it cannot be had, and say so. */
export function installPromtool(top, { findProgram, run, say }) {
  const folder = join(top, 'tests/versions/clients/promtool');
  if (process.platform !== 'linux' || existsSync(folder) || findProgram('promtool')) return;
  if (!findProgram('apt-get') || !findProgram('dpkg-deb')) {
    say('no promtool for the tests: it comes from Debian, and this is another system');
    return;
  }
  say('promtool from Debian, into tests/versions/clients');
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  run('apt-get', ['-q', 'download', 'prometheus'], { cwd: part });
  const [archive] = readdirSync(part);
  run('dpkg-deb', ['-x', join(part, archive), join(part, 'root')]);
  renameSync(join(part, 'root/usr/bin/promtool'), join(part, 'promtool'));
  run(join(part, 'promtool'), ['--version']);
  for (const rest of [archive, 'root']) rmSync(join(part, rest), { recursive: true });
  renameSync(part, folder);
}
