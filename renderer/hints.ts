import type { FailureCode } from '../shared/failure.ts';

/** What to do in a window where the engine's own hint is meant for the command line. */
const hints: Partial<Record<FailureCode, string>> = {
  BACKUP_INCOMPLETE: 'Choose one that is complete or verified; the list of backups shows which are.',
  BACKUP_NOT_FOUND: 'Look in the list of backups; it may have been removed meanwhile.',
  BACKUP_UNREADABLE: 'Use another copy of this backup; Verify tells which copies are good.',
  DISK_TOO_SMALL: 'Make room on the disk that the details name, or restore to another server.',
  HOME_EXISTS: 'Reload the window: it is set up already. Its keys open your backups, so do not delete it.',
  HOME_MISSING: 'Begin with the set-up.',
  PRIVILEGE_MISSING:
    'Grant what the details name; the test of the database under Settings lists all that cannot be read.',
  RESTORE_NOT_FOUND: 'Look in the list of restores.',
  ROLLBACK_IMPOSSIBLE: 'Restore a backup from before, and let it replace the live database.',
  ROW_SECURITY_FILTERS: 'Back up as a role with BYPASSRLS; the form of the database has the SQL that makes one.',
  SOURCE_NOT_FOUND: 'Look under Settings, Databases.',
  SOURCE_PASSWORD_WRONG: 'Type the role and the password again; one that is kept is changed under Settings, Databases.',
  SOURCE_UNREACHABLE: 'Turn on ssl in postgresql.conf, or choose another SSL mode for this database.',
  STATE_NEWER: 'Install the newer version again.',
  STORE_LOCAL_NEEDED: 'Add a folder of this machine under Stores.',
  STORE_NOT_FOUND: 'Look under Stores.',
  TARGET_DENIED: 'Restore as a superuser or a role with CREATEDB: choose another role or server.',
  TARGET_EXISTS: 'Choose a new name, or choose to replace it after the restored one was verified.',
  TOOL_MISSING: 'Install the PostgreSQL client programs (Debian: postgresql-client), or name their folder in the form.',
};

/** The hint of a failure for somebody at a window: the engine's own, unless that speaks of verbs and options. */
export function hintFor({ code, hint }: { code: string; hint: string }): string {
  const speaksCommandLine = /`|--\w|strongroom \w+ /.test(hint);
  return (speaksCommandLine ? (hints as Record<string, string>)[code] : undefined) ?? hint;
}
