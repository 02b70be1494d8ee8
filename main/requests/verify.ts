import { ulid } from 'ulid';
import { restoreTools } from '../console/assemble.ts';
import type { Backup } from '../../shared/backup.ts';
import type { Job } from '../../shared/job.ts';
import type { Verification } from '../../shared/restore.ts';
import type { Console } from '../console/console.ts';
import { dropScratch } from '../restore/scratchDatabase.ts';
import { restoreFull } from '../restore/restoreFull.ts';
import { verifyBackup, type CopyVerdict } from '../verify/verifyBackup.ts';
import { namedStore } from '../console/assemble.ts';
import { namedBackup, type RunOptions } from './backups.ts';
import { restoreTarget } from './restores.ts';
import { judgeRestore, judgeVerification } from './judgements.ts';
import { namedSource } from './sources.ts';

export interface VerifyAnswer {
  id: string;
  ok: boolean;
  results: CopyVerdict[];
  /** What a test restore found; null when none was asked for. */
  restored: Verification | null;
}

/**
 * Looks at the copies of a backup; `deep` also restores it into a database that is dropped again.
 * @throws BACKUP_NOT_FOUND, STORE_NOT_FOUND, and as restoreFull does
 */
export async function verify(
  console: Console,
  ask: { id: string; store: string | null; deep: boolean },
  { jobId, signal, watcher }: RunOptions,
): Promise<VerifyAnswer> {
  const { id } = namedBackup(console, ask.id);
  if (ask.store !== null) namedStore(console, ask.store);
  const order = { id: jobId, kind: 'verify', subject: id, signal, watcher };
  return console.run(order, (job) => verifyOne(console, { ...ask, id }, job, { signal, watcher }), judgeVerification);
}

/**
 * Looks at the copies of several backups, one after another, in one job.
 * @throws BACKUP_NOT_FOUND before anything is looked at, STORE_NOT_FOUND, and as restoreFull does
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
  return console.run({ id: jobId, kind: 'verify', subject, signal, watcher }, verifyAll, ({ backups }) => {
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
  const restored = deep ? await restoreForProof(console, id, source, ask.store, options) : null;
  const ok = results.length > 0 && results.every((result) => result.ok) && (restored?.ok ?? true);
  return { id, ok, results, restored };
}

const sampleShare = 0.1;
const sampleLimit = 10;

/** Verifies a random tenth of the backups, at least one and at most ten. */
export async function verifySample(
  console: Console,
  options: RunOptions,
): Promise<{ ok: boolean; backups: VerifyAnswer[] }> {
  const whole: Backup[] = [];
  for (let cursor: string | null = null; ;) {
    const page = console.catalogue.list({}, { limit: 1000, cursor: cursor ?? undefined });
    whole.push(...page.backups.filter(({ status }) => status === 'COMPLETED' || status === 'VERIFIED'));
    cursor = page.cursor;
    if (cursor === null) break;
  }
  const count = Math.min(sampleLimit, Math.ceil(whole.length * sampleShare));
  const chosen = whole
    .map((backup) => ({ backup, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count);
  const backups: VerifyAnswer[] = [];
  for (const { backup } of chosen)
    backups.push(await verify(console, { id: backup.id, store: null, deep: false }, options));
  return { ok: backups.every(({ ok }) => ok), backups };
}

async function restoreForProof(
  console: Console,
  backupId: string,
  sourceName: string,
  store: string | null,
  { signal, watcher }: RunOptions,
): Promise<Verification | null> {
  const { toolsDir } = namedSource(console, sourceName);
  const tools = await restoreTools(console);
  const into = `strongroom_proof_${backupId.toLowerCase()}`;
  const { server, password } = await restoreTarget(console, { on: null, into, password: null }, sourceName);
  const request = { id: ulid(), backupId, server, password, into, swap: false, store, toolsDir };
  const dropProof = () => tools.withLogin(server, password, (login) => dropScratch(into, login));
  await dropProof(); // a process that was killed may have left one
  try {
    const order = { kind: 'test restore', subject: backupId, signal, watcher };
    const restored = await console.run(order, (job) => restoreFull(request, tools, job), judgeRestore);
    return restored.verification;
  } finally {
    await dropProof();
  }
}
