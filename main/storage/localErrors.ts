import { Failure } from '../../shared/failure.ts';
import { errorCode } from './durableFiles.ts';

export function folderMissing(store: string, root: string, cause?: unknown): Failure {
  return new Failure(
    'STORE_FOLDER_MISSING',
    `the folder of the store "${store}" is not there`,
    `Plug in or mount the disk that holds ${root}, then try again.`,
    { details: { store, path: root }, cause },
  );
}

/** What an error of the file system means for a store in a folder. `doing` completes "while …". */
export function localFailure(store: string, root: string, doing: string, error: unknown): Failure {
  const system = errorCode(error);
  const more = { details: { store, path: root, doing, system: system ?? null }, cause: error };
  switch (system) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure(
        'STORE_FULL',
        `the disk of the store "${store}" is full`,
        `Free some space on the disk that holds ${root}, or keep fewer backups.`,
        more,
      );
    case 'EROFS':
      return new Failure(
        'STORE_READ_ONLY',
        `the disk of the store "${store}" is read-only`,
        'Mount it for writing. A disk that became read-only by itself reports errors: look at the system log.',
        more,
      );
    case 'EACCES':
    case 'EPERM':
      return new Failure(
        'STORE_ACCESS_DENIED',
        `the operating system refused access to the folder of the store "${store}"`,
        `Give the account that runs Strongroom the right to read and write ${root}.`,
        more,
      );
    case 'ESTALE':
    case 'ENOTCONN':
    case 'EHOSTDOWN':
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
    case 'ENODEV':
    case 'ENXIO':
      return new Failure(
        'STORE_UNREACHABLE',
        `the disk of the store "${store}" has gone away (${system})`,
        `Check the cable or the network share behind ${root}, and mount it again.`,
        more,
      );
    case 'EFBIG':
      return new Failure(
        'STORE_FAILED',
        `the file system of the store "${store}" cannot hold a file this large`,
        'FAT32 ends at 4 GiB: format the disk as exFAT, NTFS or ext4.',
        more,
      );
    default:
      return new Failure(
        'STORE_FAILED',
        `the store "${store}" failed while ${doing}: ${error instanceof Error ? error.message : String(error)}`,
        'Check the disk for errors before you trust it with backups.',
        more,
      );
  }
}
