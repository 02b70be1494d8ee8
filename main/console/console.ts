import { ulid } from 'ulid';
import { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { PasswordPurpose } from '../../shared/source.ts';
import type { Home } from './home.ts';
import { runJob, type JobOrder } from '../jobs/jobRunner.ts';
import type { SystemNotice } from '../notify/openChannel.ts';
import type { MachineKey } from '../sealing/keys.ts';
import type { KeyStore } from '../secrets/keyStore.ts';
import { SecretFile } from '../secrets/secretFile.ts';
import { AlertLedger } from '../state/alertLedger.ts';
import { AuditLog } from '../state/auditLog.ts';
import { BackupPages } from '../state/backupPages.ts';
import { Catalogue } from '../state/catalogue.ts';
import { Channels } from '../state/channels.ts';
import { DrillLog } from '../state/drillLog.ts';
import { JobLog } from '../state/jobLog.ts';
import type { Lease } from '../state/lease.ts';
import { Looks } from '../state/looks.ts';
import { MeasuredState } from '../state/measuredState.ts';
import { stateFailure, type State } from '../state/openState.ts';
import { Outbox } from '../state/outbox.ts';
import { People } from '../state/people.ts';
import { Preferences } from '../state/preferences.ts';
import { RestoreLog } from '../state/restoreLog.ts';
import { RetentionLedger } from '../state/retentionLedger.ts';
import { Schedules } from '../state/schedules.ts';
import { TenantLedger } from '../state/tenantLedger.ts';
import { Settings, type Repository } from '../state/settings.ts';
import { WatchedState } from '../state/watchedState.ts';
import { pingAfter } from './signOfLife.ts';

/** An open state folder and what belongs to it. Heavy rooms are loaded by who needs them, so that a listing is quick. */
export class Console {
  readonly home: Home;
  readonly state: State;
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly backupPages: BackupPages;
  readonly restoreLog: RestoreLog;
  readonly drills: DrillLog;
  readonly jobLog: JobLog;
  readonly people: People;
  readonly audit: AuditLog;
  readonly preferences: Preferences;
  readonly tenants: TenantLedger;
  readonly retention: RetentionLedger;
  /** Jobs that run now and read backups, which must not be deleted under them. */
  readonly working = new Set<{ kind: string; subject: string; reads: Iterable<string> }>();
  readonly channels: Channels;
  readonly outbox: Outbox;
  readonly schedules: Schedules;
  readonly alerts: AlertLedger;
  readonly looks: Looks;
  readonly watched: WatchedState;
  readonly measured: MeasuredState;
  readonly secrets: SecretFile;
  /** Shows a notification of the system; null where there is no desktop. */
  systemNotice: SystemNotice | null = null;
  /** Somebody is to be told something: whoever delivers may begin. */
  onTidings: () => void = () => undefined;
  /** Looks at everything outside and at the alerts, in a console that stays open; null: whoever wants it does it alone. */
  look: (() => Promise<void>) | null = null;
  /** Brings the alerts up to date, in a console that stays open and knows what runs; null: whoever wants it does it alone. */
  judge: (() => void) | null = null;
  private readonly keyStore: KeyStore;
  private readonly lease: Lease | null;
  private key: Promise<MachineKey> | undefined;

  constructor(home: Home, state: State, lease: Lease | null, keyStore: KeyStore) {
    this.home = home;
    this.state = state;
    this.lease = lease;
    this.keyStore = keyStore;
    this.settings = new Settings(state);
    this.catalogue = new Catalogue(state);
    this.backupPages = new BackupPages(state, this.catalogue);
    this.restoreLog = new RestoreLog(state);
    this.drills = new DrillLog(state);
    this.jobLog = new JobLog(state);
    this.people = new People(state);
    this.audit = new AuditLog(state);
    this.preferences = new Preferences(state);
    this.tenants = new TenantLedger(state);
    this.retention = new RetentionLedger(state);
    this.channels = new Channels(state);
    this.outbox = new Outbox(state);
    this.schedules = new Schedules(state);
    this.alerts = new AlertLedger(state);
    this.looks = new Looks(state);
    this.watched = new WatchedState(state);
    this.measured = new MeasuredState(state);
    this.secrets = new SecretFile(home.secretsPath, {
      seal: async (plain) =>
        (await import('../sealing/age.ts')).sealBytes(plain, [(await this.machineKey()).recipient]),
      unseal: async (sealed) =>
        (await import('../sealing/age.ts')).unsealBytes(sealed, (await this.machineKey()).identity),
    });
  }

  /** @throws KEY_MISSING, KEY_WRONG */
  machineKey(): Promise<MachineKey> {
    this.key ??= this.loadKey();
    return this.key;
  }

  repository(): Repository {
    const repository = this.settings.repository();
    if (!repository) throw homeMissing(this.home);
    return repository;
  }

  /** The password of a source; where none was set for the purpose, the main one; null: libpq's ways. */
  async password(source: string, purpose: PasswordPurpose): Promise<string | null> {
    return (await this.secrets.get(`source:${source}:${purpose}`)) ?? this.secrets.get(`source:${source}:main`);
  }

  /** The password with which a restore was made: its own where it had one, else that of the source. */
  async restorePassword(restore: { id: string; source: string }): Promise<string | null> {
    const own = await this.secrets.get(`restore:${restore.id}`);
    if (own !== null) return own;
    const user = this.restoreLog.place(restore.id)?.connection.user;
    const byMain = user === this.settings.source(restore.source)?.connection.user;
    return this.password(restore.source, byMain ? 'main' : 'restore');
  }

  /**
   * Runs a workflow as a logged job; see `runJob`.
   * @param job `reads` names the backups that it reads: none of them is deleted meanwhile. It may change with the work.
   */
  async run<T>(
    job: JobOrder & { reads?: Iterable<string> },
    work: (job: Job) => Promise<T>,
    judge?: (result: T) => Failure | null,
  ): Promise<T> {
    const { kind, subject, reads = [] } = job;
    const id = job.id ?? ulid();
    const user = { kind, subject, reads };
    this.working.add(user);
    try {
      const result = await runJob(this.jobLog, { ...job, id }, work, judge);
      pingAfter(this, id);
      return result;
    } finally {
      this.working.delete(user);
    }
  }

  /** What an error means that came up in the work: damage of the state database may show only then. */
  explain(error: unknown): unknown {
    return stateFailure(error, this.home.statePath);
  }

  close(): void {
    this.state.close();
    this.lease?.release();
  }

  private async loadKey(): Promise<MachineKey> {
    const { parseMachineKey } = await import('../sealing/keys.ts');
    const key = parseMachineKey(await this.keyStore.load());
    if (key.machineId === this.repository().machineId) return key;
    throw new Failure(
      'KEY_WRONG',
      'the key of this machine is that of another one',
      'Put the right key file back: what this one sealed and signed could not be restored.',
      { details: { expected: this.repository().machineId, found: key.machineId } },
    );
  }
}

/** What every verb but `init` says where there is no state folder. */
export function homeMissing(home: Home): Failure {
  return new Failure(
    'HOME_MISSING',
    'there is no Strongroom state folder here',
    'Run `strongroom init` first, or name the folder with --home or STRONGROOM_HOME.',
    { details: { home: home.dir } },
  );
}
