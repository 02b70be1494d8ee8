import type { Assertion, DrillPlace } from '../../shared/drill.ts';
import type { Job } from '../../shared/job.ts';
import type { Manifest } from '../../shared/manifest.ts';
import type { Verification } from '../../shared/restore.ts';
import type { Connection } from '../../shared/source.ts';
import type { Login } from '../postgres/connect.ts';
import type { DrillLog } from '../state/drillLog.ts';

export interface DrillRequest {
  /** A ULID. */
  id: string;
  source: string;
  backupId: string;
  place: DrillPlace;
  /** The server, entered through a database there; null for a cluster of our own. */
  server: Connection | null;
  password: string | null;
  toolsDir: string | null;
  assertions: readonly Assertion[];
}

/** What a test restore works with; put together in assemble.ts. */
export interface DrillTools {
  drillLog: DrillLog;
  initiatedBy: string;
  /** Where the folders of clusters of our own are made. */
  clustersDir: string;
  withLogin<T>(connection: Connection, password: string | null, work: (login: Login) => Promise<T>): Promise<T>;
  manifestOf(backupId: string, job: Job): Promise<Manifest>;
  /** In the way of a real restore; `roles` null: as a real restore does. */
  proveRestore(
    request: { id: string; backupId: string; server: Connection; password: string | null; toolsDir: string | null },
    manifest: Manifest,
    into: string,
    roles: ((missing: readonly string[]) => Promise<void>) | null,
    login: Login,
    job: Job,
  ): Promise<Verification>;
  makeStandInRoles(names: readonly string[], mark: string, login: Login): Promise<void>;
  dropStandInRoles(names: readonly string[], mark: string, login: Login): Promise<void>;
  dropScratch(database: string, login: Login): Promise<void>;
}
