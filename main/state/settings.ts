import type { Source, TenantModel } from '../../shared/source.ts';
import type { StoreSettings } from '../../shared/store.ts';
import type { State } from './openState.ts';

/** The repository that this state folder writes to; its id is in every store and every manifest. */
export interface Repository {
  id: string;
  /** Fingerprint of the key that signs this machine's manifests. */
  machineId: string;
  machineRecipient: string;
  recoveryRecipient: string;
  /** PEM */
  signingPublicKey: string;
  createdAt: string;
}

export interface KnownStore {
  id: number;
  name: string;
  settings: StoreSettings;
}

interface SourceRow extends Omit<Source, 'connection' | 'toolsDir' | 'tenants'> {
  host: string;
  port: number;
  user: string;
  database: string;
  sslmode: Source['connection']['sslmode'];
  tools_dir: string | null;
  tenants: string | null;
}

/** What the person has set up: the repository, sources and stores. Secrets are not here. */
export class Settings {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  repository(): Repository | null {
    const row = this.state
      .prepare(
        `SELECT id, machine_id AS machineId, machine_recipient AS machineRecipient,
           recovery_recipient AS recoveryRecipient, signing_public_key AS signingPublicKey, created_at AS createdAt
         FROM repository`,
      )
      .get();
    return (row as Repository | undefined) ?? null;
  }

  addRepository(repository: Repository): void {
    this.state
      .prepare(
        `INSERT INTO repository (id, machine_id, machine_recipient, recovery_recipient, signing_public_key, created_at)
         VALUES (@id, @machineId, @machineRecipient, @recoveryRecipient, @signingPublicKey, @createdAt)`,
      )
      .run(repository);
  }

  sources(): Source[] {
    return (this.state.prepare('SELECT * FROM sources ORDER BY name').all() as SourceRow[]).map(toSource);
  }

  source(name: string): Source | null {
    const row = this.state.prepare('SELECT * FROM sources WHERE name = ?').get(name) as SourceRow | undefined;
    return row ? toSource(row) : null;
  }

  addSource({ name, connection, toolsDir, tenants }: Omit<Source, 'id'>): void {
    this.state
      .prepare(
        `INSERT INTO sources (name, host, port, user, database, sslmode, tools_dir, tenants, created_at)
         VALUES (@name, @host, @port, @user, @database, @sslmode, @toolsDir, @tenants, @now)`,
      )
      .run({
        name,
        ...connection,
        toolsDir,
        tenants: tenants && JSON.stringify(tenants),
        now: new Date().toISOString(),
      });
  }

  setTenants(name: string, tenants: TenantModel | null): void {
    this.state.prepare('UPDATE sources SET tenants = ? WHERE name = ?').run(tenants && JSON.stringify(tenants), name);
  }

  removeSource(name: string): void {
    this.state.prepare('DELETE FROM sources WHERE name = ?').run(name);
  }

  stores(): KnownStore[] {
    const rows = this.state.prepare('SELECT id, name, settings FROM stores ORDER BY id').all();
    return (rows as { id: number; name: string; settings: string }[]).map((row) => ({
      ...row,
      settings: JSON.parse(row.settings) as StoreSettings,
    }));
  }

  addStore(name: string, settings: StoreSettings): void {
    this.state
      .prepare('INSERT INTO stores (name, kind, settings, created_at) VALUES (?, ?, ?, ?)')
      .run(name, settings.kind, JSON.stringify(settings), new Date().toISOString());
  }

  /** The copies that lie there are forgotten; the objects stay. */
  removeStore(name: string): void {
    this.state.transaction(() => {
      this.state.prepare('DELETE FROM copies WHERE store = ?').run(name);
      this.state.prepare('DELETE FROM store_sums WHERE store = ?').run(name);
      this.state.prepare('DELETE FROM uploads WHERE store = ?').run(name);
      this.state.prepare('DELETE FROM stores WHERE name = ?').run(name);
    })();
  }
}

function toSource(row: SourceRow): Source {
  const { id, name, host, port, user, database, sslmode } = row;
  return {
    id,
    name,
    connection: { host, port, user, database, sslmode },
    toolsDir: row.tools_dir,
    tenants: row.tenants === null ? null : readTenantModel(row.tenants),
  };
}

/** Earlier versions knew neither context SQL, confirmed tables nor owners. */
function readTenantModel(json: string): TenantModel {
  return {
    contextSql: null,
    sharedTables: [],
    owners: {},
    ...(JSON.parse(json) as Omit<TenantModel, 'contextSql' | 'sharedTables' | 'owners'>),
  };
}
