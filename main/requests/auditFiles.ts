import { readFile } from 'node:fs/promises';
import { chainedAuditEntrySchema, type ChainedAuditEntry } from '../../shared/contract/access.ts';
import { Failure } from '../../shared/failure.ts';
import type { Console } from '../console/console.ts';
import { firstBreak } from '../state/auditLog.ts';

const everything = Number.MAX_SAFE_INTEGER;

export interface AuditCheck {
  entries: number;
  /** Whether each is as it was written, and none between them is missing. */
  intact: boolean;
  /** The number of the first that is not. */
  brokenAt: number | null;
  /** Of the newest entry: kept elsewhere, it shows later that nothing was taken off the end. */
  lastHash: string | null;
  /** Whether the log still holds all that a file holds; null where no file was given. */
  inLog: boolean | null;
}

/** All of the log, oldest first. */
export function allAudited({ audit }: Console): ChainedAuditEntry[] {
  return audit.following(0, everything);
}

/**
 * Whether the audit log is whole, or a file that was exported from it, and the log still holds that.
 * @param file JSON lines; null for the log itself.
 * @throws USAGE where the file is no such file.
 */
export async function checkAudit(console: Console, file: string | null): Promise<AuditCheck> {
  const log = allAudited(console);
  const entries = file === null ? log : await readAuditFile(file);
  const brokenAt = firstBreak(entries);
  const last = entries.at(-1);
  return {
    entries: entries.length,
    intact: brokenAt === null,
    brokenAt,
    lastHash: last?.hash ?? null,
    inLog: file === null ? null : last === undefined || log[last.seq - 1]?.hash === last.hash,
  };
}

async function readAuditFile(file: string): Promise<ChainedAuditEntry[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => chainedAuditEntrySchema.parse(JSON.parse(line)));
  } catch (error) {
    throw new Failure(
      'USAGE',
      `${file} is no exported audit log`,
      'Give a file that `strongroom audit export` wrote, as JSON lines.',
      { cause: error, details: { reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : '' } },
    );
  }
}
