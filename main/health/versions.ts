import { archiveReaderMajor, archiveVersionOf, type ClientTools } from '../postgres/clientTools.ts';
import type { ServerVersion } from '../postgres/inventory.ts';
import { isSafe, safeMinors } from '../postgres/safeVersions.ts';
import type { Check } from './check.ts';

/** The day of the last fixes of each major, as postgresql.org/support/versioning tells. */
const lastFixes: Readonly<Record<number, string>> = {
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};
const [oldest, newest] = [14, 18];

/** One line for each set of client programs: what it is good for, and whether it is safe to use. */
export function clientChecks(installed: readonly ClientTools[], now: Date): Check[] {
  if (installed.length === 0)
    return [
      {
        id: 'tools',
        severity: 'block',
        message: 'no PostgreSQL client programs were found',
        hint: 'Install pg_dump, pg_restore, pg_dumpall and psql (Debian: postgresql-client).',
      },
    ];
  return installed.map(({ version, major, dir }) => {
    const complaints = ageComplaints(version, major, now);
    return {
      id: `tools:${version}`,
      severity: complaints.length === 0 ? 'ok' : 'warn',
      message: `PostgreSQL client programs ${version} in ${dir}: they dump servers up to ${major} and restore what was dumped by ${readable(major)}`,
      hint:
        complaints.length === 0
          ? ''
          : `${complaints.join('; ')}: update them. An older psql can be made to run commands by a dump from somebody else (CVE-2026-18408).`,
    };
  });
}

/** Which programs dump a server and why, what that means for a restore, and whether the server itself is in good age. */
export function serverChecks(
  source: string,
  server: ServerVersion,
  chosen: Pick<ClientTools, 'version' | 'major'>,
  now: Date,
): Check[] {
  const id = `source:${source}`;
  const checks = [dumpCheck(id, source, server, chosen)];
  const { version, major } = server;
  if (major < oldest || major > newest)
    checks.push({
      id: `${id}:untested`,
      severity: 'warn',
      message: `${source}: PostgreSQL ${version} is ${major < oldest ? 'older' : 'newer'} than the versions that Strongroom is tested with, ${oldest} to ${newest}`,
      hint: `A backup may fail or lack something: trust one only after \`strongroom verify ID --deep\` has restored it.`,
    });
  const complaints = ageComplaints(version, major, now);
  if (complaints.length > 0)
    checks.push({
      id: `${id}:age`,
      severity: 'warn',
      message: `${source}: the server is out of date: ${complaints.join('; ')}`,
      hint: 'Update it to the latest minor version (a restart), or move to a newer major one: a backup can be restored there.',
    });
  return checks;
}

function dumpCheck(
  id: string,
  source: string,
  server: ServerVersion,
  chosen: Pick<ClientTools, 'version' | 'major'>,
): Check {
  const answers = `${source}: PostgreSQL ${server.version} answers; pg_dump ${chosen.version} will dump it`;
  if (chosen.major === server.major)
    return { id, severity: 'ok', message: `${answers}, being of the same major version`, hint: '' };
  const message = `${answers}, the lowest version here that can: there is none of its own, ${server.major}`;
  const reader = archiveReaderMajor(archiveVersionOf(chosen.major));
  if (reader <= server.major) return { id, severity: 'ok', message, hint: '' };
  const complaint =
    chosen.major >= 17
      ? ', which begin with a setting that this server refuses (transaction_timeout): harmless, and a restore notes it'
      : '';
  return {
    id,
    severity: 'warn',
    message,
    hint: `Its backups can then be restored only by programs ${reader} or later${complaint}. Install postgresql-client-${server.major} to avoid that.`,
  };
}

function ageComplaints(version: string, major: number, now: Date): string[] {
  const lastDay = lastFixes[major];
  if (lastDay === undefined) return major < oldest ? [`version ${major} gets no security fixes any more`] : [];
  const complaints: string[] = [];
  if (now.getTime() > Date.parse(`${lastDay}T23:59:59Z`))
    complaints.push(`version ${major} has got no security fixes since ${lastDay}`);
  if (!isSafe(version)) complaints.push(`${version} lacks security fixes that ${major}.${safeMinors[major]} has`);
  return complaints;
}

function readable(major: number): string {
  if (major >= 17) return 'every version';
  return `versions up to ${major >= 16 ? 16 : 15}`;
}
