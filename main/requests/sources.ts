import { z } from 'zod';
import { Failure } from '../../shared/failure.ts';
import type { Connection, PasswordPurpose, Source, TenantModel } from '../../shared/source.ts';
import type { RowFinding } from '../../shared/tenant.ts';
import type { Console } from '../console/console.ts';
import { chooseDumpTools, findClientTools, type ClientTools } from '../postgres/clientTools.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { parseConnectionUrl } from '../postgres/connectionUrl.ts';
import { serverVersion } from '../postgres/inventory.ts';
import { withLogin } from '../postgres/passfile.ts';
import { backupRoleSql } from '../postgres/roleSql.ts';
import { findUnfillableViews } from '../postgres/tenantRisks.ts';
import { findObstacles, type Obstacle } from '../postgres/rowSecurity.ts';
import { forgetDrillSettings } from '../console/drillSettings.ts';
import { keepLogin, ownLoginFindings } from './logins.ts';
import { followSources } from './followSources.ts';
import { checkAgainstDatabase, ownerDoubts, ownerFindings, tenantFindings } from './tenantModel.ts';

export interface AddSourceAsk {
  name: string;
  connection: Connection;
  password: string | null;
  toolsDir: string | null;
  tenants: TenantModel | null;
}

/** What a source turned out to be when it was asked. */
export interface SourceAnswer {
  name: string;
  url: string;
  serverVersion: string;
  /** The client programs on this machine, newest first; `chosen` dumps this server. */
  tools: { version: string; path: string; chosen: boolean }[];
  /** What keeps its role from making a full backup. */
  obstacles: Obstacle[];
  /** What a tenant backup would meet, and what deserves a look. */
  findings: RowFinding[];
}

/** @throws SOURCE_NOT_FOUND */
export function namedSource(console: Console, name: string): Source {
  const source = console.settings.source(name);
  if (!source)
    throw new Failure('SOURCE_NOT_FOUND', `there is no source ${name}`, '`strongroom source list` shows them.');
  return source;
}

/** The connection that a libpq URL names. @throws USAGE */
export function connectionOf(url: string, sslmode?: string): Connection {
  return parseConnectionUrl(url, sslmode);
}

/** What a superuser runs to make a role for backups: it sees every row, and can change nothing. */
export function backupRole(): { sql: string } {
  return { sql: backupRoleSql };
}

/** Adds a source once it has answered, or nothing of it. @throws USAGE, SOURCE_EXISTS, SOURCE_…, TOOL_…, CANCELLED */
export async function addSource(console: Console, ask: AddSourceAsk, signal?: AbortSignal): Promise<SourceAnswer> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(ask.name))
    throw new Failure(
      'USAGE',
      'the name of a source has letters, digits, dots and dashes',
      'Choose one such as "shop".',
    );
  if (console.settings.source(ask.name))
    throw new Failure(
      'SOURCE_EXISTS',
      `there is a source ${ask.name} already`,
      'Choose another name, or remove that one first.',
    );
  const { name, connection, toolsDir, tenants } = ask;
  const source = { name, connection, toolsDir, tenants };
  const answer = await trySource(console, source, ask.password, signal).catch(explainLogin);
  if (tenants) {
    const check = (login: Login) => checkAgainstDatabase(login, tenants);
    await withLogin(console.home.runDir, connection, ask.password, check, signal);
  }
  if (ask.password !== null) await console.secrets.set(`source:${ask.name}:main`, ask.password);
  console.settings.addSource(source);
  await followSources(console);
  return answer;
}

/** There is no source yet whose password could be set again. */
function explainLogin(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'SOURCE_PASSWORD_WRONG') throw error;
  const { code, message, details } = error;
  const hint =
    'Give the right user and password; `strongroom source role` prints the SQL that makes a role for backups.';
  throw new Failure(code, message, hint, { details, cause: error });
}

const versionSeen = z.object({ serverVersion: z.string() });

export interface ListedSource {
  name: string;
  url: string;
  tenants: TenantModel | null;
  /** As the newest health check saw it; null where it did not answer, or was never asked. */
  serverVersion: string | null;
  /** Why it did not answer then. */
  failure: { code: string; message: string; hint: string } | null;
  /** When that was, ISO 8601 UTC. */
  seenAt: string | null;
}

/** The sources, and what the newest health check has seen of them. None is asked now. */
export function listSources({ settings, looks }: Console): ListedSource[] {
  return settings.sources().map((source) => {
    const look = looks.get('source', source.name);
    const { data } = versionSeen.safeParse(look?.seen);
    return {
      name: source.name,
      url: urlOf(source),
      tenants: source.tenants,
      serverVersion: data?.serverVersion ?? null,
      failure: look?.failure ?? null,
      seenAt: look?.at ?? null,
    };
  });
}

/** Asks a source for its version and for what would keep a backup from being whole. @throws SOURCE_…, TOOL_…, CANCELLED */
export async function testSource(console: Console, name: string, signal?: AbortSignal): Promise<SourceAnswer> {
  return trySource(console, namedSource(console, name), await console.password(name, 'main'), signal);
}

/**
 * Keeps a password.
 * @param ask `user` for streaming and for restores: who has it; null: the role that is offered for that.
 * @throws SOURCE_NOT_FOUND, USAGE
 */
export async function setPassword(
  console: Console,
  ask: { name: string; purpose: PasswordPurpose; password: string; user?: string | null },
): Promise<{ name: string; purpose: PasswordPurpose }> {
  const { name, purpose, password, user = null } = ask;
  namedSource(console, name);
  if (user !== null && purpose !== 'wal' && purpose !== 'restore')
    throw new Failure(
      'USAGE',
      `the user for ${purpose} is said elsewhere`,
      'That of the source is in its URL, that for tenants in --tenant-user of `strongroom source tenants`.',
    );
  await keepLogin(console, name, purpose, { user, password });
  return { name: ask.name, purpose: ask.purpose };
}

/** Forgets a source and its passwords; its backups stay. */
export async function removeSource(console: Console, name: string): Promise<{ name: string; removed: true }> {
  namedSource(console, name);
  console.settings.removeSource(name);
  forgetDrillSettings(console, name);
  await console.secrets.forget(`source:${name}:`);
  console.preferences.forget(`configuration:${name}`);
  await followSources(console);
  return { name, removed: true };
}

/** Asks a database that need not be a source yet. @throws SOURCE_…, TOOL_…, CANCELLED */
export async function trySource(
  console: Console,
  source: Omit<Source, 'id'>,
  password: string | null,
  signal?: AbortSignal,
): Promise<SourceAnswer> {
  const { server, obstacles, findings } = await withLogin(
    console.home.runDir,
    source.connection,
    password,
    async (login: Login) => {
      const asked = await withClient(login, async (client) => {
        const { unreadable, filtered } = await findObstacles(client);
        return {
          server: await serverVersion(client),
          obstacles: [...filtered, ...unreadable],
          views: await findUnfillableViews(client),
        };
      });
      const doubts = ownerFindings(source.name, await ownerDoubts(source, login));
      const tenants = [...(await tenantFindings(console, source, login)), ...doubts];
      const others = await ownLoginFindings(console, source, signal);
      return { ...asked, findings: [...asked.views, ...tenants, ...others] };
    },
    signal,
  );
  signal?.throwIfAborted(); // a login that was not asked to its end is among the findings
  const tools = await findClientTools(source.toolsDir);
  const chosen: ClientTools = chooseDumpTools(tools, server.major);
  return {
    name: source.name,
    url: urlOf(source),
    serverVersion: server.version,
    tools: tools.map((set) => ({ version: set.version, path: set.dir, chosen: set === chosen })),
    obstacles,
    findings,
  };
}

export function urlOf({ connection }: Pick<Source, 'connection'>): string {
  const { user, host, port, database } = connection;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return `postgresql://${encodeURIComponent(user)}@${shownHost}:${port}/${encodeURIComponent(database)}`;
}
