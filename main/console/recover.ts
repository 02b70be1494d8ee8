import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Failure, reportFailure } from '../../shared/failure.ts';
import { drillTools, mergeTools, primaryStore, restoreTools } from './assemble.ts';
import { undoBackup } from '../backup/undoBackup.ts';
import type { Console } from './console.ts';
import { sweepPassfiles, withLogin as withLoginUntil } from '../postgres/passfile.ts';
import { adoptManifest } from './rebuildState.ts';
import { recoverDrill } from '../drill/removeDrill.ts';
import type { DrillRemains } from '../state/drillLog.ts';
import { recoverMerge, recoverUndo, sweepUndo } from '../merge/recoverMerge.ts';
import { LocalStore } from '../storage/localStore.ts';
import { recoverRestore, recoverRoles, recoverSwap } from '../restore/recoverRestore.ts';
import type { RestoreTools } from '../restore/restoreTools.ts';
import { sweepFolders } from '../restore/unfinishedFolder.ts';

/**
 * Brings everything unfinished to an end after a crash: what was not committed is removed, what was is kept.
 * A server or store that does not answer now is tried again at the next start.
 * @throws CANCELLED; what was not reached is left to the next start.
 */
export async function recover(console: Console, signal?: AbortSignal): Promise<void> {
  const orLater = (subject: string, work: () => Promise<void>) => triedOnce(subject, work, signal);
  // A server that does not answer is waited for no longer than whoever opens the console wants.
  const withLogin: RestoreTools['withLogin'] = (connection, password, work) =>
    withLoginUntil(console.home.runDir, connection, password, work, signal);
  const { home, jobLog, catalogue, restoreLog, drills } = console;
  jobLog.markInterrupted();
  await sweepPassfiles(home.runDir);
  await orLater('a folder that was to be filled', () => sweepFolders(home.runDir));
  if (drills.notRemoved().length > 0) {
    const drilling = { ...(await drillTools(console)), withLogin };
    const loginOf = async ({ id, source, connection }: DrillRemains) => {
      const byMain = connection?.user === console.settings.source(source)?.connection.user;
      return (await console.secrets.get(`drill:${id}`)) ?? console.password(source, byMain ? 'main' : 'restore');
    };
    for (const id of drills.notRemoved())
      await orLater(`test restore ${id}`, async () => {
        await recoverDrill(id, loginOf, drilling, interrupted());
        await console.secrets.forget(`drill:${id}`);
      });
  }
  await rm(home.spoolDir, { recursive: true, force: true });
  await mkdir(home.spoolDir, { recursive: true, mode: 0o700 });
  catalogue.forgetRunningUploads();
  for (const id of catalogue.unfinished()) await orLater(`backup ${id}`, () => recoverBackup(console, id));
  for (const { name, settings } of console.settings.stores())
    if (settings.kind === 'local' && existsSync(settings.path))
      await orLater(`the spool of ${name}`, async () => void (await new LocalStore(name, settings.path).sweepSpool()));
  const tools = { ...(await restoreTools(console)), withLogin };
  const passwordOf = (restore: { id: string; source: string }) => console.restorePassword(restore);
  const merging = { ...(await mergeTools(console)), withLogin };
  for (const id of restoreLog.unfinished())
    await orLater(`restore ${id}`, () =>
      restoreLog.get(id)?.mode === 'MERGE'
        ? recoverMerge(id, passwordOf, merging, interrupted())
        : recoverRestore(id, passwordOf, tools, interrupted()),
    );
  for (const id of restoreLog.unsettledRoles())
    await orLater(`the roles of restore ${id}`, () => recoverRoles(id, passwordOf, tools));
  for (const id of restoreLog.unfinishedUndos())
    await orLater(`undo ${id}`, () => recoverUndo(id, passwordOf, merging));
  await sweepUndo(merging.undo, restoreLog);
  for (const id of restoreLog.unfinishedSwaps()) await orLater(`swap ${id}`, () => recoverSwap(id, passwordOf, tools));
}

async function recoverBackup(console: Console, id: string): Promise<void> {
  const localStore = primaryStore(console);
  if ((await undoBackup(id, localStore)) === 'gone') {
    console.catalogue.fail(id, reportFailure(interrupted()));
    return;
  }
  await adoptManifest(console, localStore, localStore, id);
}

function interrupted(): Failure {
  return new Failure(
    'INTERRUPTED',
    'the process ended in the middle of it',
    'What was half-made has been removed; start it again.',
  );
}

/** What stands in the way now (a server that is down, a disk that is not plugged in) must not keep the console shut. */
async function triedOnce(subject: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await work();
  } catch (error) {
    signal?.throwIfAborted();
    process.emitWarning(`${subject} could not be cleaned up yet: ${reportFailure(error).message}`);
  }
}
