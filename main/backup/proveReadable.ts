import type { Job } from '../../shared/job.ts';
import { toolPath } from '../postgres/clientTools.ts';
import { inParallel } from '../streams/inParallel.ts';
import { proveObject, type ProofOrder } from '../streams/prove.ts';
import type { BackupTools } from './backupTools.ts';
import type { SpooledObject } from './spoolPart.ts';
import type { BackupPlan } from './preflight.ts';

export interface Proof {
  provenAt: string;
  seconds: number;
}

/**
 * Reads back what was written, as a restore would: the file's hash, decryption, decompression, every table's digest;
 * pg_restore reads the archive that it will have to work from.
 * @param plan whose pg_restore is asked; null where nothing is an archive of pg_dump.
 * @throws COPY_DAMAGED, BACKUP_UNREADABLE, CANCELLED
 */
export async function proveReadable(
  objects: readonly SpooledObject[],
  plan: Pick<BackupPlan, 'tools'> | null,
  tools: BackupTools,
  job: Job,
): Promise<Proof> {
  const begun = performance.now();
  job.stage('checking the dump', {
    bytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    estimated: false,
  });
  const counts = new Map<SpooledObject, number>();
  const prove = (object: SpooledObject, signal: AbortSignal) =>
    proveObject(orderOfProof(object, plan, tools), {
      signal,
      onBytes: (bytes) => {
        counts.set(object, bytes);
        if (bytes > 0) job.reached('proof-running');
        job.done([...counts.values()].reduce((sum, count) => sum + count, 0));
      },
    });
  const data = objects.filter(({ role }) => role === 'data');
  const rest = objects.filter(({ role }) => role !== 'data');
  await inParallel(
    [rest, ...data.map((object) => [object])].map((group) => async (signal: AbortSignal) => {
      for (const object of group) await prove(object, signal);
    }),
    job.signal,
  );
  return { provenAt: new Date().toISOString(), seconds: seconds(performance.now() - begun) };
}

/** What has to be looked at in a file that was just written. */
export function orderOfProof(
  object: SpooledObject,
  plan: Pick<BackupPlan, 'tools'> | null,
  { codec, machineKey }: Pick<BackupTools, 'codec' | 'machineKey'>,
): ProofOrder {
  const { path, sizeBytes, sha256, plainBytes } = object;
  return {
    path,
    codec,
    identity: machineKey.identity,
    sizeBytes,
    sha256,
    plainBytes,
    tables: null, // the decompressor's checksum already stands for what the dump's digests saw
    pgRestore: plan && object.role === 'schema' ? toolPath(plan.tools, 'pg_restore') : null,
  };
}

/** Milliseconds as seconds with three digits. */
function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
