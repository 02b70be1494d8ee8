/** libpq's words for how a connection is secured. */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** How to reach one database; the password is kept elsewhere. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  database: string;
  sslmode: SslMode;
}

/** Whether a server runs on this machine, as far as its address tells. */
export function onThisMachine({ host }: Connection): boolean {
  return /^(localhost$|127\.|::1$|\/)/.test(host);
}

/** How the tenants of a source are found and told apart. */
export interface TenantModel {
  /** `schema.table` that has one row per tenant. */
  table: string;
  idColumn: string;
  nameColumn: string;
  /** The run-time setting (GUC) that the policies read, such as `app.current_tenant`; null where `contextSql` sets it. */
  setting: string | null;
  /** SQL that chooses the tenant of a session, with `{tenant_id}` for the id: `SELECT set_tenant_context('{tenant_id}')`. */
  contextSql: string | null;
  /** The login that the policies apply to. */
  user: string;
  /** Tables without tenants, as `schema.table`, that a person has confirmed to be shared by all tenants. */
  sharedTables: string[];
  /**
   * By `schema.table` the column that tells whose a row is, or the columns of the foreign key that does, joined by commas:
   * what a person has said where columns, foreign keys and policies do not tell.
   */
  owners: Record<string, string>;
}

/** @param said columns by table, as in `owners`; an empty one forgets what was said of the table. */
export function withOwners(model: TenantModel, said: Record<string, string>): TenantModel {
  const owners = Object.entries({ ...model.owners, ...said }).filter(([, column]) => column !== '');
  return { ...model, owners: Object.fromEntries(owners) };
}

/** A PostgreSQL database that we protect. */
export interface Source {
  id: number;
  name: string;
  connection: Connection;
  /** A folder with client tools that the user chose; null looks in the usual places. */
  toolsDir: string | null;
  tenants: TenantModel | null;
}

/** How the login comes in that the policies apply to. */
export function tenantConnection({ connection }: Pick<Source, 'connection'>, { user }: TenantModel): Connection {
  return { ...connection, user };
}

/** What a password is for: the full dump, a tenant's dump, WAL streaming, or restoring. */
export const passwordPurposes = ['main', 'tenant', 'wal', 'restore'] as const;
export type PasswordPurpose = (typeof passwordPurposes)[number];
