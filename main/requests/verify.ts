import type { IntegrityReport, ReadForecast, ReadLimits } from '../../shared/integrity.ts';
import { integrityTools, restoreTools } from '../console/assemble.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { setReadLimits } from '../console/readLimits.ts';
import { alertNow } from '../console/watch.ts';
import { checkIntegrity } from '../verify/checkIntegrity.ts';
import { forecastInThread } from '../verify/forecastInThread.ts';
import type { Job } from '../../shared/job.ts';
import type { Console } from '../console/console.ts';
import { verifyBackup } from '../verify/verifyBackup.ts';
import { namedStore } from '../console/assemble.ts';
import { namedBackup } from './backups.ts';
import { judgeIntegrity, judgeVerification } from './judgements.ts';
import { drill } from './drills.ts';
import type { VerifyAnswer } from './verifyAnswer.ts';
import type { RunOptions } from './runOptions.ts';

const onItsServer = { place: 'source', on: null, password: null } as const;

/**
 * Looks at the copies of a backup; `deep` also restores it into a database that is dropped again.
 * @throws BACKUP_NOT_FOUND, STORE_NOT_FOUND, and as drill does
 */
export async function verify(
  console: Console,
  ask: { id: string; store: string | null; deep: boolean },
  { jobId, signal, watcher }: RunOptions,
): Promise<VerifyAnswer> {
  const { id } = namedBackup(console, ask.id);
  if (ask.store !== null) namedStore(console, ask.store);
  const order = { id: jobId, kind: 'verify', subject: id, signal, watcher, reads: [id] };
  return console.run(order, (job) => verifyOne(console, { ...ask, id }, job, { signal, watcher }), judgeVerification);
}

/**
 * Looks at the copies of several backups, one after another, in one job.
 * @throws BACKUP_NOT_FOUND before anything is looked at, STORE_NOT_FOUND, and as drill does
 */
export async function verifySeveral(
  console: Console,
  ask: { ids: readonly string[]; store: string | null; deep: boolean },
  { jobId, signal, watcher }: RunOptions,
): Promise<{ ok: boolean; backups: VerifyAnswer[] }> {
  const ids = ask.ids.map((id) => namedBackup(console, id).id);
  if (ask.store !== null) namedStore(console, ask.store);
  const subject = `${ids.length} backups`;
  const verifyAll = async (job: Job) => {
    const backups: VerifyAnswer[] = [];
    for (const id of ids) {
      const found = await verifyOne(console, { ...ask, id }, job, { signal, watcher });
      if (!found.ok) job.note(`${id} is not good everywhere`);
      backups.push(found);
    }
    return { ok: backups.every(({ ok }) => ok), backups };
  };
  return console.run({ id: jobId, kind: 'verify', subject, signal, watcher, reads: ids }, verifyAll, ({ backups }) => {
    const bad = backups.find(({ ok }) => !ok);
    return bad ? judgeVerification(bad) : null;
  });
}

async function verifyOne(
  console: Console,
  ask: { id: string; store: string | null; deep: boolean },
  job: Job,
  options: RunOptions,
): Promise<VerifyAnswer> {
  const { id } = ask;
  const results = await verifyBackup(id, ask.store, await restoreTools(console), job);
  // Without a good copy there is nothing to restore, and the reasons are told already.
  const deep = ask.deep && results.some((result) => result.ok);
  const { source } = namedBackup(console, id);
  const proof = deep ? await drill(console, { ...onItsServer, source, backup: id }, options) : null;
  const ok =
    results.length > 0 && results.every((result) => result.ok) && (proof === null || proof.status === 'PASSED');
  return {
    id,
    ok,
    results,
    restored: proof?.report?.verification ?? null,
    drill: proof && { id: proof.id, status: proof.status },
  };
}

/** The hourly check: every copy by listing, a part of them read to the end, and bad ones made again. */
export async function checkAllIntegrity(
  console: Console,
  { jobId, signal, watcher }: RunOptions,
): Promise<IntegrityReport> {
  const tools = await integrityTools(console);
  const order = { id: jobId, kind: 'integrity', subject: '', signal, watcher, reads: tools.reading };
  // Damage that is made good in the next minute is an alert too: a disk that forgets does it again.
  return console.run(order, (job) => checkIntegrity(tools, job, () => alertNow(console)), judgeIntegrity);
}

/** How long it takes until every copy of each store has been read, and whether that is soon enough. */
export async function integrityPlan(console: Console): Promise<{ ok: boolean; stores: ReadForecast[] }> {
  const { stores: handles, limitsOf, looks } = await integrityTools(console);
  const order = handles.map((handle) => ({ name: handle.name, kind: handle.kind, limits: limitsOf(handle) }));
  const plan = { statePath: console.home.statePath, stores: order, now: Date.now() };
  const stores = await forecastInThread(plan, looks, new AbortController().signal);
  return { ok: stores.every(({ suffices }) => suffices), stores };
}

/** @throws STORE_NOT_FOUND, USAGE */
export async function limitReads(
  console: Console,
  store: string,
  limits: Partial<ReadLimits>,
): Promise<{ store: string; limits: ReadLimits }> {
  const { kind } = namedStore(console, store);
  const set = setReadLimits(console, store, kind, limits);
  await saveSettings(console);
  return { store, limits: set };
}
