import { isWanted, type Backup } from '../../shared/backup.ts';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import { deleteCopy } from './deleteCopy.ts';
import type { ExpiryTools } from './expiryTools.ts';

/** What a person wants to delete, and what they would lose by it. */
export interface Deletion {
  backups: Backup[];
  /** The copies that go. */
  copies: { id: string; store: string; sizeBytes: number }[];
  /** Backups that stay restorable from other stores, because only one store was named. */
  staysElsewhere: number;
  /** Why somebody may want to keep some of them, as whole sentences. */
  warnings: string[];
  /** Backups that cannot be deleted now, with what works with them. */
  inUse: { id: string; user: string }[];
}

/** Looks at what deleting these backups would mean. @param only the name of the one store in which; null: everywhere. */
export function describeDeletion(
  backups: readonly Backup[],
  only: string | null,
  { ledger, inUse }: Pick<ExpiryTools, 'ledger' | 'inUse'>,
): Deletion {
  const wanted = (backup: Backup) => backup.copies.filter(({ state }) => state !== 'DELETED');
  const goes = (backup: Backup) => wanted(backup).filter(({ store }) => only === null || store === only);
  const stays = (backup: Backup) => wanted(backup).filter((copy) => !goes(backup).includes(copy) && isWanted(copy));
  const users = inUse();
  const ids = new Set(backups.map(({ id }) => id));
  const lastOfFamily = backups.filter(
    (backup) =>
      goes(backup).some(({ state }) => state === 'STORED') &&
      !stays(backup).some(({ state }) => state === 'STORED') &&
      !ledger.othersRestorable(backup, ids),
  );
  const warnings = [...Map.groupBy(lastOfFamily, whose)].map(
    ([name, those]) =>
      `${those.length === 1 ? 'It is' : 'They are'} the last that could be restored of ${name}: afterwards there is nothing to go back to.`,
  );
  const pinned = backups.filter((backup) => backup.pinned).length;
  if (pinned > 0) warnings.push(`${pinned === 1 ? '1 is' : `${pinned} are`} pinned: somebody wanted to keep them.`);
  return {
    backups: [...backups],
    copies: backups.flatMap((backup) =>
      goes(backup).map(({ store, sizeBytes }) => ({ id: backup.id, store, sizeBytes })),
    ),
    staysElsewhere: backups.filter((backup) => stays(backup).length > 0).length,
    warnings,
    inUse: backups.flatMap((backup) => {
      const user = users.get(backup.id) ?? busyWith(backup);
      return user === undefined ? [] : [{ id: backup.id, user }];
    }),
  };
}

function busyWith({ status, copies }: Backup): string | undefined {
  if (status === 'PENDING' || status === 'IN_PROGRESS') return 'it is being made';
  return copies.some(({ state }) => state === 'UPLOADING') ? 'it is being copied' : undefined;
}

function whose({ source, tenant, kind }: Backup): string {
  if (tenant !== null) return `tenant ${tenant} of ${source}`;
  return kind === 'CONFIGURATION' ? `the configuration of ${source}` : source;
}

/**
 * Deletes backups that a person has chosen, in all stores or in one; what is known of them stays.
 * @param evenIfKept also pinned ones, and the last one of a source or tenant.
 * @throws BACKUP_IN_USE, BACKUP_KEPT before anything is deleted; STORE_… when a store fails: what was begun there is
 *   finished by the next clean-up.
 */
export async function deleteBackups(
  backups: readonly Backup[],
  only: string | null,
  evenIfKept: boolean,
  tools: ExpiryTools,
  job: Job,
): Promise<{ copies: number; freedBytes: number }> {
  const deletion = describeDeletion(backups, only, tools);
  refuse(deletion, evenIfKept);
  job.stage('deleting', {
    bytes: deletion.copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    estimated: false,
  });
  let copies = 0;
  let freedBytes = 0;
  for (const handle of tools.stores) {
    const here = deletion.copies.filter(({ store }) => store === handle.name);
    if (here.length === 0) continue;
    const store = await handle.open();
    for (const { id, sizeBytes } of here) {
      job.signal.throwIfAborted();
      const state = tools.ledger.copyNow(id, handle.name)?.state;
      if (state === undefined || state === 'DELETED') continue;
      const user = tools.inUse().get(id);
      if (user !== undefined) throw isInUse([{ id, user }]);
      await deleteCopy({ id, state, reason: 'deleted by hand' }, store, tools.ledger, job);
      copies++;
      freedBytes += sizeBytes;
      job.done(freedBytes);
    }
  }
  // One that failed has no copy, and nothing to lose.
  for (const { id, copies: had } of backups) if (had.every(({ state }) => state === 'DELETED')) tools.ledger.forget(id);
  return { copies, freedBytes };
}

function refuse({ inUse, warnings }: Deletion, evenIfKept: boolean): void {
  if (inUse.length > 0) throw isInUse(inUse);
  if (warnings.length > 0 && !evenIfKept)
    throw new Failure(
      'BACKUP_KEPT',
      `not deleted without being told so twice: ${warnings.join(' ')}`.replace(/\.$/, ''),
      'Confirm it, or on the command line add --even-if-kept.',
      { details: { warnings } },
    );
}

function isInUse(inUse: Deletion['inUse']): Failure {
  return new Failure(
    'BACKUP_IN_USE',
    `the backup ${inUse[0]?.id} is in use: ${inUse[0]?.user}`,
    'Wait for it, or cancel it first.',
    { details: { inUse } },
  );
}
