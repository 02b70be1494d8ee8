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

/** A table of which it is doubtful whose its rows are. A merge refuses what it would have to guess. */
export interface OwnerDoubt {
  /** `schema.table` */
  table: string;
  /** What may tell the tenant: columns of it, or those of a foreign key, joined by commas. Empty where nobody can say it. */
  columns: string[];
  reason: string;
}

/** What shares a reason, told once, in the order in which it was found. */
export function byReason(
  findings: readonly Pick<RowFinding, 'relation' | 'reason'>[],
): { reason: string; relations: string[] }[] {
  const relations = new Map<string, string[]>();
  for (const { relation, reason } of findings) relations.set(reason, [...(relations.get(reason) ?? []), relation]);
  return [...relations].map(([reason, names]) => ({ reason, relations: names }));
}

/** What roles are offered for: full backups, those of tenants, the stream of changes, restores. */
export const rolePurposes = ['full', 'tenant', 'wal', 'restore'] as const;
export type RolePurpose = (typeof rolePurposes)[number];

/** SQL that makes the roles, to be run once by a superuser. */
export type RoleSql = Record<RolePurpose, string>;

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
  /** When a backup of its own was last proven by a restore. */
  provenAt: string | null;
  /** The newest attempt, where it came to nothing and is newer than that. */
  failed: { backupId: string; at: string; code: string; message: string; hint: string } | null;
}
