/**
 * Every failure that a user can meet, by its stable code, with the exit status of the command line
 * (1 failed · 2 wrong usage · 3 refused by preflight · 4 not found · 5 busy · 6 verification mismatch · 130 cancelled).
 */
export const failureExits = {
  CANCELLED: 130,
  INTERRUPTED: 1,
  USAGE: 2,
  INTERNAL: 1,

  HOME_MISSING: 4,
  HOME_EXISTS: 1,
  KIT_EXISTS: 1,
  OWNER_BUSY: 5,
  STATE_CORRUPT: 1,
  STATE_NEWER: 3,
  KEY_MISSING: 1,
  KEY_WRONG: 1,

  SOURCE_NOT_FOUND: 4,
  SOURCE_EXISTS: 2,
  SOURCE_UNREACHABLE: 1,
  SOURCE_PASSWORD_WRONG: 1,
  SOURCE_DATABASE_MISSING: 1,
  SOURCE_CONNECTION_LOST: 1,

  TOOL_MISSING: 3,
  TOOL_TOO_OLD: 3,
  TOOL_FAILED: 1,
  ARCHIVE_UNKNOWN: 1,

  PRIVILEGE_MISSING: 3,
  ROW_SECURITY_FILTERS: 3,
  LOCK_TIMEOUT: 1,
  TENANT_MODEL_MISSING: 3,
  TENANT_MODEL_WRONG: 3,
  TENANT_NOT_FOUND: 4,
  TENANT_FILTER_UNSAFE: 3,
  TENANT_ROWS_DIFFER: 6,
  DISK_TOO_SMALL: 3,

  STORE_NOT_FOUND: 4,
  STORE_EXISTS: 2,
  STORE_LOCAL_NEEDED: 3,
  STORE_FOREIGN: 3,
  STORE_FOLDER_MISSING: 1,
  STORE_READ_ONLY: 1,
  STORE_FULL: 1,
  STORE_UNREACHABLE: 1,
  STORE_ACCESS_DENIED: 1,
  STORE_BUCKET_MISSING: 1,
  STORE_WRONG_REGION: 1,
  STORE_FAILED: 1,
  OBJECT_MISSING: 4,

  BACKUP_NOT_FOUND: 4,
  BACKUP_INCOMPLETE: 3,
  BACKUP_UNREADABLE: 6,
  BACKUP_IN_USE: 5,
  BACKUP_KEPT: 3,
  CLOCK_WRONG: 3,
  NO_GOOD_COPY: 1,
  MANIFEST_MISSING: 4,
  MANIFEST_FOREIGN: 3,
  MANIFEST_FORGED: 6,
  MANIFEST_NEWER: 3,
  COPY_DAMAGED: 6,
  COPIES_MISSING: 1,
  INTEGRITY_FAILURE: 6,
  DRILL_FAILED: 6,
  DRILL_NOT_FOUND: 4,
  ASSERTION_WRONG: 2,

  TARGET_EXISTS: 3,
  TARGET_DENIED: 3,
  EXTENSION_MISSING: 3,
  RESTORE_NOT_FOUND: 4,
  RESTORE_FAILED: 1,
  RESTORE_MISMATCH: 6,
  MERGE_BLOCKED: 3,
  MERGE_FAILED: 1,
  MERGE_OUTSIDE_CHANGED: 6,
  CONFIGURATION_EMPTY: 3,
  CONFIGURATION_TOO_LARGE: 3,
  CONFIGURATION_INCOMPLETE: 1,
  FOLDER_EXISTS: 3,
  IMPORT_KEY_WRONG: 2,
  IMPORT_UNREADABLE: 6,
  IMPORT_REFUSED: 3,
  SWAP_FAILED: 1,
  SWAP_IMPOSSIBLE: 3,
  ROLLBACK_IMPOSSIBLE: 3,

  CHANNEL_NOT_FOUND: 4,
  CHANNEL_EXISTS: 2,
  CHANNEL_SECRET_MISSING: 2,
  CHANNEL_UNREACHABLE: 1,
  CHANNEL_DENIED: 1,
  CHANNEL_REFUSED: 1,
  CHANNEL_BUSY: 1,

  JOB_RUNNING: 5,
  JOB_NOT_FOUND: 4,
  JOB_HUNG: 1,

  SCHEDULE_WRONG: 2,
  SCHEDULE_NOT_FOUND: 4,
  ZONE_UNKNOWN: 2,
  MOMENT_PAST: 2,

  ALERT_NOT_FOUND: 4,

  REQUEST_UNKNOWN: 2,
  REQUEST_WRONG: 2,
  REQUEST_REFUSED: 3,
  ROLE_NEEDED: 3,
  PIN_NEEDED: 3,
  PIN_WRONG: 3,
  PIN_LOCKED_OUT: 3,
  PERSON_NOT_FOUND: 4,
  PERSON_EXISTS: 2,
  OWNER_NEEDED: 3,
  KIT_GONE: 4,
  KIT_LINE_WRONG: 2,
  COPY_NOT_HERE: 4,
  DEMO_NOT_FOUND: 4,
  DEMO_EXISTS: 2,
  KEYCHAIN_UNSAFE: 3,
  CONSOLE_LOST: 1,
  PAGE_OUTDATED: 1,
  PORT_BUSY: 5,
} as const;

export type FailureCode = keyof typeof failureExits;

/** What of a failure crosses a boundary: JSON on stdout, the typed IPC, a job's outcome. */
export interface FailureReport {
  code: FailureCode;
  message: string;
  hint: string;
  details: Record<string, unknown>;
}

/**
 * An expected failure: a stable code, one lowercase sentence, and a hint that says what to do.
 * `details` are for machines and the "copy details" button; secrets never go in.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly hint: string;
  readonly details: Record<string, unknown>;

  constructor(
    code: FailureCode,
    message: string,
    hint: string,
    more: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'Failure';
    this.code = code;
    this.hint = hint;
    this.details = more.details ?? {};
  }
}

/** The report of any error; one that nobody expected becomes INTERNAL. */
export function reportFailure(error: unknown): FailureReport {
  if (error instanceof Failure) {
    const { code, message, hint, details } = error;
    return { code, message, hint, details };
  }
  if (error instanceof Error && error.name === 'AbortError')
    return { code: 'CANCELLED', message: 'cancelled', hint: 'Start it again when you are ready.', details: {} };
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a fault of Strongroom itself: please report it with the details.',
    details: error instanceof Error && error.stack ? { stack: error.stack } : {},
  };
}

/** Closes a union: a new member that nobody handles fails to compile. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
