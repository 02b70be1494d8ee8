import { ulid } from 'ulid';
import type { Assertion, AssertionResult, Drill, DrillPlace, DrillSettings } from '../../shared/drill.ts';
import { Failure } from '../../shared/failure.ts';
import type { JobPart } from '../../shared/job.ts';
import type { Connection } from '../../shared/source.ts';
import { drillTools } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { drillSettings, setDrillSettings } from '../console/drillSettings.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { checkAssertion, tryAssertion } from '../drill/assertions.ts';
import { drillDatabase } from '../drill/removeDrill.ts';
import { runDrill } from '../drill/runDrill.ts';
import type { Login } from '../postgres/connect.ts';
import { withLogin } from '../postgres/passfile.ts';
import { namedBackup } from './backups.ts';
import { judgeDrill } from './judgements.ts';
import { restorableBackup, restoreTarget } from './restores.ts';
import type { RunOptions } from './runOptions.ts';
import { namedSource } from './sources.ts';

export interface DrillAsk {
  source: string;
  /** Null takes the newest one that has a good copy. */
  backup: string | null;
  place: DrillPlace;
  /** For the place `server`, and a database there to enter by. */
  on: Connection | null;
  /** For `on`. */
  password: string | null;
}

/**
 * Restores a backup into a throw-away database, compares it, and removes it again.
 * @returns also one that found differences (MISMATCH).
 * @throws SOURCE_NOT_FOUND, BACKUP_NOT_FOUND, BACKUP_INCOMPLETE, and as runDrill does
 */
export async function drill(console: Console, ask: DrillAsk, { jobId, signal, watcher }: RunOptions): Promise<Drill> {
  const { source } = ask;
  const { toolsDir } = namedSource(console, source);
  const backupId = ask.backup === null ? newestGood(console, source) : backupOf(console, source, ask.backup);
  const id = ulid();
  const tools = await drillTools(console);
  // On the source's server by the login that restores there.
  const onSource = ask.place === 'source';
  const into = drillDatabase(id);
  const target = onSource ? await restoreTarget(console, { on: null, into, password: null }, source) : null;
  const request = {
    id,
    source,
    backupId,
    place: ask.place,
    server: target?.server ?? ask.on,
    password: target === null ? ask.password : target.password,
    toolsDir,
    assertions: drillSettings(console, source).assertions,
  };
  // For removing what a crash leaves on another server.
  const secret = `drill:${id}`;
  if (ask.place === 'server' && ask.password !== null) await console.secrets.set(secret, ask.password);
  try {
    const part = ask.backup === null ? null : partOf(console, source, backupId);
    const order = { id: jobId, kind: 'test restore', subject: source, part, signal, watcher, reads: [backupId] };
    return await console.run(order, (job) => runDrill(request, tools, job), judgeDrill);
  } finally {
    if (console.drills.get(id)?.removed ?? true) await console.secrets.forget(secret);
  }
}

/**
 * A test restore that nobody starts by hand, where the source wants it.
 * @param backup null takes the newest one. @throws as `drill` does
 */
export async function drillByItself(
  console: Console,
  source: string,
  backup: string | null,
  options: RunOptions,
): Promise<Drill> {
  const { place, on } = drillSettings(console, namedSource(console, source).name);
  const password = place === 'server' ? await console.secrets.get(serverSecret(source)) : null;
  return drill(console, { source, backup, place, on: place === 'server' ? on : null, password }, options);
}

const serverSecret = (source: string) => `source:${source}:drill`;

/**
 * Says where test restores of a source are made by themselves.
 * @param settings with `on` for the place `server`, and what else is to be changed with it.
 * @param password null keeps the one that is kept, where it is of the same role on the same server.
 * @throws SOURCE_NOT_FOUND, ASSERTION_WRONG, USAGE
 */
export async function placeDrills(
  console: Console,
  source: string,
  settings: Partial<DrillSettings> & Pick<DrillSettings, 'place' | 'on'>,
  password: string | null,
): Promise<DrillSettings> {
  const { on: before } = shownSettings(console, source);
  const { place, on, ...others } = settings;
  if (place === 'server' && on === null)
    throw new Failure(
      'USAGE',
      'the server of the test restores was not said',
      `Name it: strongroom source prove ${source} --on URL, or choose another place.`,
    );
  await saveDrillSettings(console, source, others);
  // Before the server changes: a password must not be offered to another one, whenever the power goes.
  if (!isSameLogin(before, on)) await console.secrets.forget(serverSecret(source));
  const saved = await saveDrillSettings(console, source, { place, on });
  if (password !== null) await console.secrets.set(serverSecret(source), password);
  return saved;
}

/** Whether a password for one of them is meant for the other too. */
function isSameLogin(one: Connection | null, other: Connection | null): boolean {
  return one?.host === other?.host && one?.port === other?.port && one?.user === other?.user;
}

/** What a test restore of this backup says something of: all of the source where it is the newest full one. */
function partOf(console: Console, source: string, backupId: string): JobPart | null {
  const { tenant } = namedBackup(console, backupId);
  if (tenant !== null) return { tenants: [tenant] };
  return console.measured.newest(source, 'FULL_DATABASE')?.id === backupId ? null : { backup: backupId };
}

/** The newest full backup that counts as good somewhere. @throws BACKUP_NOT_FOUND */
function newestGood(console: Console, source: string): string {
  const newest = console.measured.newest(source, 'FULL_DATABASE');
  if (newest) return newest.id;
  throw new Failure(
    'BACKUP_NOT_FOUND',
    `there is no backup of ${source} with a good copy`,
    `Take one: strongroom backup full ${source}.`,
  );
}

function backupOf(console: Console, source: string, id: string): string {
  const backup = restorableBackup(console, id);
  if (backup.source === source) return backup.id;
  throw new Failure(
    'BACKUP_NOT_FOUND',
    `the backup ${backup.id} is one of ${backup.source}, not of ${source}`,
    `\`strongroom list --source ${source}\` shows those of ${source}.`,
  );
}

/** @throws DRILL_NOT_FOUND */
export function namedDrill(console: Console, id: string): Drill {
  const found = console.drills.get(id.toUpperCase());
  if (!found) throw new Failure('DRILL_NOT_FOUND', `there is no test restore ${id}`, '`strongroom drills` shows them.');
  return found;
}

/** Takes over an assertion once the database of the source has understood it. @throws ASSERTION_WRONG, SOURCE_… */
export async function setAssertion(console: Console, source: string, assertion: Assertion): Promise<DrillSettings> {
  const known = drillSettings(console, source).assertions.filter(({ name }) => name !== assertion.name);
  return saveDrillSettings(console, source, { assertions: [...known, assertion] }, [assertion]);
}

/** @throws ASSERTION_WRONG where there is none of this name */
export async function removeAssertion(console: Console, source: string, name: string): Promise<DrillSettings> {
  const known = drillSettings(console, source).assertions;
  if (!known.some((assertion) => assertion.name === name))
    throw new Failure(
      'ASSERTION_WRONG',
      `${source} has no assertion ${name}`,
      '`strongroom source assert NAME` shows them.',
    );
  return saveDrillSettings(console, source, { assertions: known.filter((assertion) => assertion.name !== name) }, []);
}

/**
 * @param toCheck what the database of the source must understand before anything is saved.
 * @throws SOURCE_NOT_FOUND, ASSERTION_WRONG, SOURCE_…
 */
export async function saveDrillSettings(
  console: Console,
  source: string,
  changes: Partial<DrillSettings>,
  toCheck: readonly Assertion[] = changes.assertions ?? [],
): Promise<DrillSettings> {
  namedSource(console, source);
  if (toCheck.length > 0)
    await inSource(console, source, async (login) => {
      for (const assertion of toCheck) await checkAssertion(assertion, login);
    });
  const settings = { ...drillSettings(console, source), ...changes };
  setDrillSettings(console, source, settings);
  await saveSettings(console);
  return settings;
}

/** Runs an assertion in the live database now, read-only, and saves nothing. @throws SOURCE_NOT_FOUND, SOURCE_… */
export function tryInSource(console: Console, source: string, assertion: Assertion): Promise<AssertionResult> {
  return inSource(console, source, (login) => tryAssertion(assertion, login));
}

/** By the login that makes the backups. */
async function inSource<T>(console: Console, source: string, work: (login: Login) => Promise<T>): Promise<T> {
  const { connection } = namedSource(console, source);
  return withLogin(console.home.runDir, connection, await console.password(source, 'main'), work);
}

/** @throws SOURCE_NOT_FOUND */
export function shownSettings(console: Console, source: string): DrillSettings {
  return drillSettings(console, namedSource(console, source).name);
}
