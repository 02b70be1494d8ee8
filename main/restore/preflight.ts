import { statfs } from 'node:fs/promises';
import type pg from 'pg';
import { Failure } from '../../shared/failure.ts';
import type { Manifest } from '../../shared/manifest.ts';
import { onThisMachine } from '../../shared/source.ts';
import { chooseRestoreTools, findClientTools, type ClientTools } from '../postgres/clientTools.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { listRoles, serverVersion, type ServerVersion } from '../postgres/inventory.ts';
import { unknownSettings } from '../postgres/startRestore.ts';
import type { FetchedObjects } from './fetchObjects.ts';
import type { RestoreFullRequest } from './restoreTools.ts';

export interface RestorePlan {
  server: ServerVersion;
  tools: ClientTools;
  superuser: boolean;
  targetExists: boolean;
  missingRoles: string[];
  /** A superuser, or who may make roles that can do little. */
  makesRoles: boolean;
  /** Owners and grants can be given only by a superuser, who may act for every role. */
  keepOwners: boolean;
  keepTablespaces: boolean;
  /** Settings that pg_restore begins with, where its script needs an edit for this server: see unknownSettings. */
  leaveOut: readonly string[];
}

/** Indexes are built beside the tables, and the load writes WAL. */
const roomFactor = 1.2;

/** The same plan, with what pg_restore must not send: found only once the archive and the database are there. */
export async function knowingServer(
  plan: RestorePlan,
  { schemaPath }: FetchedObjects,
  database: string,
  login: Login,
  signal: AbortSignal,
): Promise<RestorePlan> {
  return { ...plan, leaveOut: await unknownSettings(schemaPath, plan.tools, plan.server, database, login, signal) };
}

/**
 * Refuses a restore that could not succeed, before anything is made.
 * @throws SWAP_IMPOSSIBLE, TOOL_MISSING, TOOL_TOO_OLD (before connecting), SOURCE_…, TARGET_EXISTS, TARGET_DENIED, EXTENSION_MISSING, DISK_TOO_SMALL
 */
export async function preflight(
  request: RestoreFullRequest,
  manifest: Manifest,
  login: Login,
  note: (sentence: string) => void,
): Promise<RestorePlan> {
  if (request.swap && manifest.kind === 'TENANT')
    throw new Failure(
      'SWAP_IMPOSSIBLE',
      'a backup of one tenant cannot replace a database: the other tenants would be gone',
      'Restore it beside the live database, without the swap.',
    );
  const installed = await findReaders(request, manifest);
  return withClient(login, async (client) => {
    const server = await serverVersion(client);
    const me = await client.query<{ super: boolean; createDb: boolean; createRole: boolean }>(
      `SELECT rolsuper AS super, rolcreatedb AS "createDb", rolcreaterole AS "createRole" FROM pg_roles WHERE rolname = current_user`,
    );
    const { super: superuser, createDb, createRole } = me.rows[0]!;
    if (!superuser && !createDb) throw denied(login);
    const targetExists = await databaseExists(client, request.into);
    if (targetExists && !request.swap) throw exists(request.into);
    await refuseMissingExtensions(client, manifest);
    await refuseSmallDisk(client, manifest, login, superuser, note);
    const known = new Set((await listRoles(client)).map(({ name }) => name));
    const missingRoles = manifest.roles.map(({ name }) => name).filter((name) => !known.has(name));
    const keepOwners = superuser;
    if (!keepOwners)
      note(`${login.connection.user} is no superuser: owners and grants are not restored, everything belongs to it`);
    const makesRoles = superuser || createRole;
    if (!makesRoles && missingRoles.length > 0)
      note(`${login.connection.user} may not make the roles that the server lacks: ${missingRoles.join(', ')}`);
    const tablespaces = await client.query<{ name: string }>('SELECT spcname AS name FROM pg_tablespace');
    const keepTablespaces = manifest.tablespaces.every((name) => tablespaces.rows.some((row) => row.name === name));
    if (!keepTablespaces) note('the server lacks a tablespace of the backup: everything goes into the default one');
    const tools = chooseRestoreTools(installed, server.major, newestArchive(manifest));
    const roles = { superuser, missingRoles, makesRoles, keepOwners };
    return { ...roles, server, tools, targetExists, keepTablespaces, leaveOut: [] };
  });
}

/** The client programs here, of which at least one set can read the backup. @throws TOOL_MISSING, TOOL_TOO_OLD */
export async function findReaders(
  { toolsDir }: Pick<RestoreFullRequest, 'toolsDir'>,
  manifest: Manifest,
): Promise<ClientTools[]> {
  const installed = await findClientTools(toolsDir);
  chooseRestoreTools(installed, 0, newestArchive(manifest));
  return installed;
}

function newestArchive(manifest: Manifest): string {
  const versions = manifest.objects.map((object) => object.archiveVersion).filter((version) => version !== null);
  return versions.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0] ?? '1.14';
}

async function databaseExists(client: pg.Client, name: string): Promise<boolean> {
  const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return found.rows.length > 0;
}

async function refuseMissingExtensions(client: pg.Client, manifest: Manifest): Promise<void> {
  const available = await client.query<{ name: string }>('SELECT name FROM pg_available_extensions');
  const names = new Set(available.rows.map(({ name }) => name));
  const missing = manifest.extensions.map(({ name }) => name).filter((name) => !names.has(name));
  if (missing.length === 0) return;
  throw new Failure(
    'EXTENSION_MISSING',
    `the server lacks extensions of the backup: ${missing.join(', ')}`,
    'Install their packages on the server of the target, then start again.',
    { details: { missing } },
  );
}

/** Only a server on this machine shows us its disk. */
async function refuseSmallDisk(
  client: pg.Client,
  manifest: Manifest,
  login: Login,
  superuser: boolean,
  note: (sentence: string) => void,
): Promise<void> {
  if (!superuser || !onThisMachine(login.connection)) {
    note('the free space of the server cannot be seen from here');
    return;
  }
  const shown = await client.query<{ dir: string }>(`SELECT current_setting('data_directory') AS dir`);
  const disk = await statfs(shown.rows[0]!.dir).catch(() => null); // such as a server in a container
  if (disk === null) {
    note('the free space of the server cannot be seen from here');
    return;
  }
  const freeBytes = disk.bavail * disk.bsize;
  const neededBytes = Math.round(manifest.database.sizeBytes * roomFactor);
  if (freeBytes >= neededBytes) return;
  throw new Failure(
    'DISK_TOO_SMALL',
    'the disk of the server has too little room for this restore',
    'Make room there, or restore to another server with --on URL.',
    { details: { freeBytes, neededBytes } },
  );
}

function denied({ connection }: Login): Failure {
  return new Failure(
    'TARGET_DENIED',
    `the role ${connection.user} may not create databases`,
    'Restore as a superuser or a role with CREATEDB: --on postgresql://ROLE@HOST:PORT/postgres.',
  );
}

function exists(name: string): Failure {
  return new Failure(
    'TARGET_EXISTS',
    `the database ${name} exists already`,
    'Choose a new name; or give --swap to replace it after the restored one was verified.',
  );
}
