import type { Source, TenantModel } from '../../shared/source.ts';
import type { TenantLedger } from '../state/tenantLedger.ts';
import type { BackupTools } from './backupTools.ts';

/** What is wanted of the backups of tenants, and by whose passwords. */
export interface TenantBackupsRequest {
  source: Source;
  model: TenantModel;
  password: string | null;
  tenantPassword: string | null;
  /** Ids; null: every tenant that there is. */
  tenants: readonly string[] | null;
  note: string | null;
  pinned: boolean;
}

/** What they need to be made. */
export interface TenantBackupTools extends BackupTools {
  tenants: TenantLedger;
}
