import { availableParallelism, tmpdir } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import { Failure } from '../../shared/failure.ts';
import type { PublishedKeys } from '../../shared/repositoryFormat.ts';
import type { Connection } from '../../shared/source.ts';
import type { Store, StoreKind, StoreSettings } from '../../shared/store.ts';
import type { BackupTools } from '../backup/backupTools.ts';
import type { Console } from './console.ts';
import { osUser } from './osUser.ts';
import type { Login } from '../postgres/connect.ts';
import { withLogin } from '../postgres/passfile.ts';
import type { MergeTools } from '../merge/mergeTools.ts';
import type { DrillTools } from '../drill/drillTools.ts';
import { fillScratch } from '../restore/fillScratch.ts';
import { findReaders } from '../restore/preflight.ts';
import { dropStandInRoles, makeStandInRoles, proveRestore } from '../restore/proveRestore.ts';
import { openNearestManifest } from '../restore/openNearestManifest.ts';
import type { RestoreTools } from '../restore/restoreTools.ts';
import { usualLimits } from '../../shared/integrity.ts';
import { CopyLooks } from '../state/copyLooks.ts';
import type { IntegrityTools } from '../verify/verifyTools.ts';
import { readLimits } from './readLimits.ts';
import { dropScratch, scratchName } from '../restore/scratchDatabase.ts';
import { workingCodec } from '../sealing/codec.ts';
import type { KnownStore } from '../state/settings.ts';
import { uploadJournal } from '../state/uploadJournal.ts';
import { LocalStore } from '../storage/localStore.ts';
import { openStore } from '../storage/openStore.ts';

/** A store of this console, opened when it is needed. */
export interface ConsoleStore {
  name: string;
  kind: StoreKind;
  settings: StoreSettings;
  open(): Promise<Store>;
  freeBytes(): Promise<number | null>;
  pathOf(key: string): string | null;
}

/** Nearest first: folders of this machine, then R2 (whose downloads are free), then B2, then others. */
const nearness: Record<StoreKind, number> = { local: 0, r2: 1, b2: 2, s3: 3 };

export function consoleStores(console: Console): ConsoleStore[] {
  return console.settings
    .stores()
    .map((known) => consoleStore(console, known))
    .toSorted((a, b) => nearness[a.kind] - nearness[b.kind]);
}

/** @throws STORE_NOT_FOUND */
export function namedStore(console: Console, name: string): ConsoleStore {
  const known = console.settings.stores().find((store) => store.name === name);
  if (!known) throw new Failure('STORE_NOT_FOUND', `there is no store ${name}`, '`strongroom store list` shows them.');
  return consoleStore(console, known);
}

function consoleStore(console: Console, { name, settings }: KnownStore): ConsoleStore {
  const local = settings.kind === 'local' ? new LocalStore(name, settings.path) : null;
  let opened: Promise<Store> | undefined;
  return {
    name,
    kind: settings.kind,
    settings,
    open() {
      opened ??= (async () => openStore(name, settings, await console.secrets.get(`store:${name}`)))();
      return opened;
    },
    freeBytes: async () => (local ? local.freeBytes().catch(() => null) : null), // a folder that is away is told by the copy itself
    pathOf: (key) => local?.pathOf(key) ?? null,
  };
}

/** The store in which backups come to exist: the first local one. @throws STORE_LOCAL_NEEDED */
export function primaryStore(console: Console): LocalStore {
  const known = console.settings.stores().find(({ settings }) => settings.kind === 'local');
  if (known?.settings.kind !== 'local')
    throw new Failure(
      'STORE_LOCAL_NEEDED',
      'there is no local store: every backup is written to a disk of this machine first',
      'Add one: strongroom store add local --kind local --path DIR.',
    );
  return new LocalStore(known.name, known.settings.path);
}

export async function backupTools(console: Console): Promise<BackupTools> {
  const repository = console.repository();
  const localStore = primaryStore(console);
  return {
    catalogue: console.catalogue,
    repositoryId: repository.id,
    machineKey: await console.machineKey(),
    publishedKeys: await publishedKeys(console),
    recoveryRecipient: repository.recoveryRecipient,
    codec: await workingCodec(),
    processors: availableParallelism(),
    strongroomVersion: packageJson.version,
    localStore,
    otherStores: consoleStores(console).filter(({ name }) => name !== localStore.name),
    journalOf: (store) => uploadJournal(console.state, store),
    spoolDir: console.home.spoolDir,
    withLogin: loginIn(console),
  };
}

/** A merge restores into a scratch database in the way of a restore, and does the rest itself. */
export async function mergeTools(console: Console): Promise<MergeTools> {
  const tools = await restoreTools(console);
  const repository = console.repository();
  const reasons: Record<string, string> = {}; // why stores were passed over
  return {
    restoreLog: tools.restoreLog,
    initiatedBy: tools.initiatedBy,
    undo: {
      dir: console.home.undoDir,
      codec: await workingCodec(),
      recipients: [tools.machineKey.recipient, repository.recoveryRecipient],
      identity: tools.machineKey.identity,
    },
    withLogin: tools.withLogin,
    manifestOf: ({ backupId, store }, job) => openNearestManifest(backupId, store, reasons, tools, job),
    refuseUnreadable: async (request, manifest) => void (await findReaders(request, manifest)),
    scratchName,
    fillScratch: (request, manifest, wanted, scratch, login, job) =>
      fillScratch({ ...request, into: scratch, swap: false }, manifest, wanted, reasons, login, tools, job),
    dropScratch,
  };
}

/** A test restore restores in the way of a restore, and compares and removes by itself. */
export async function drillTools(console: Console): Promise<DrillTools> {
  const tools = await restoreTools(console);
  const reasons: Record<string, string> = {}; // why stores were passed over
  return {
    drillLog: console.drills,
    initiatedBy: tools.initiatedBy,
    // PostgreSQL does not run as root, and another user cannot enter our state folder.
    clustersDir: process.getuid?.() === 0 ? tmpdir() : console.home.dir,
    withLogin: tools.withLogin,
    manifestOf: (backupId, job) => openNearestManifest(backupId, null, reasons, tools, job),
    proveRestore: (request, manifest, into, roles, login, job) =>
      proveRestore({ ...request, into, swap: false, store: null }, manifest, reasons, roles, login, tools, job),
    makeStandInRoles,
    dropStandInRoles,
    dropScratch,
  };
}

/** Also what a verification works with. */
export async function restoreTools(console: Console): Promise<RestoreTools> {
  const repository = console.repository();
  return {
    catalogue: console.catalogue,
    restoreLog: console.restoreLog,
    repositoryId: repository.id,
    machineKey: await console.machineKey(),
    trustedKeys: [repository.signingPublicKey],
    stores: consoleStores(console),
    spoolDir: console.home.spoolDir,
    processors: availableParallelism(),
    initiatedBy: osUser(),
    withLogin: loginIn(console),
  };
}

export async function integrityTools(console: Console): Promise<IntegrityTools> {
  const limits = readLimits(console);
  return {
    ...(await restoreTools(console)),
    looks: new CopyLooks(console.state),
    reading: new Set(),
    journalOf: (store) => uploadJournal(console.state, store),
    limitsOf: ({ name, kind }) => limits[name] ?? usualLimits(kind),
  };
}

export async function publishedKeys(console: Console): Promise<PublishedKeys> {
  const { machineId, machineRecipient, recoveryRecipient, signingPublicKey } = console.repository();
  return { machineId, machineRecipient, recoveryRecipient, signingPublicKey };
}

function loginIn(console: Console) {
  return <T>(connection: Connection, password: string | null, work: (login: Login) => Promise<T>): Promise<T> =>
    withLogin(console.home.runDir, connection, password, work);
}
