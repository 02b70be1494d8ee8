import type { BackupKind, BackupStatus, CopyState } from '../../shared/backup.ts';
import type { Tone } from './tone.ts';

export const kindWords: Record<BackupKind, string> = {
  FULL_DATABASE: 'Full database',
  TENANT: 'Tenant',
  BASE: 'Base',
  WAL_ARCHIVE: 'WAL archive',
  CONFIGURATION: 'Configuration',
};

/** What became of a backup. Somebody who cancelled it knows that it is not there, and need not be alarmed. */
export function backupMark({ status, cancelled }: { status: BackupStatus; cancelled: boolean }): {
  tone: Tone;
  word: string;
} {
  return status === 'FAILED' && cancelled ? { tone: 'neutral', word: 'Cancelled' } : statusMarks[status];
}

export const statusMarks: Record<BackupStatus, { tone: Tone; word: string }> = {
  PENDING: { tone: 'unknown', word: 'Waiting' },
  IN_PROGRESS: { tone: 'working', word: 'Running' },
  COMPLETED: { tone: 'good', word: 'Complete' },
  VERIFIED: { tone: 'good', word: 'Verified' },
  FAILED: { tone: 'bad', word: 'Failed' },
};

export const copyMarks: Record<CopyState, { tone: Tone; word: string }> = {
  PENDING: { tone: 'unknown', word: 'Not there yet' },
  UPLOADING: { tone: 'working', word: 'Copying' },
  STORED: { tone: 'good', word: 'Good' },
  FAILED: { tone: 'warning', word: 'Copying failed' },
  MISSING: { tone: 'bad', word: 'Gone' },
  DAMAGED: { tone: 'bad', word: 'Damaged' },
  DELETING: { tone: 'working', word: 'Being deleted' },
  DELETED: { tone: 'unknown', word: 'Deleted' },
};
