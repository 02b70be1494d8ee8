import type { BackupStatus } from './backup.ts';

/** `block` refuses the backup; `confirm` refuses a tenant backup until a person has said so; `warn` refuses nothing. */
export const findingSeverities = ['block', 'confirm', 'warn'] as const;
export type FindingSeverity = (typeof findingSeverities)[number];

/** What a preflight has found about one relation, asked as the role that will read it. */
export interface RowFinding {
  /** Which kind of backup it is about, or which login of its own. */
  mode: 'full' | 'tenant' | 'wal' | 'restore';
  /** `schema.table`, or what else was looked at, such as the login. */
  relation: string;
  severity: FindingSeverity;
  reason: string;
}

/** SQL that makes the roles, to be run once by a superuser. */
export interface RoleSql {
  full: string;
  tenant: string;
  wal: string;
  restore: string;
}

/** A tenant as its table tells it. */
export interface Tenant {
  id: string;
  name: string | null;
}

/** What is known of a tenant and of its backups. Times are ISO 8601 UTC. */
export interface TenantCoverage extends Tenant {
  /** Null for one that is known only from its backups. */
  firstSeenAt: string | null;
  lastSeenAt: string | null;
  /** Since when its row is missed; its backups stay. */
  goneSince: string | null;
  /** The newest backup with a good copy. */
  newest: {
    backupId: string;
    createdAt: string;
    status: BackupStatus;
    verifiedAt: string | null;
    sizeBytes: number;
    goodCopies: number;
  } | null;
  /** The newest attempt, where it came to nothing and is newer than that. */
  failed: { backupId: string; at: string; code: string; message: string; hint: string } | null;
}
