import { statfs } from 'node:fs/promises';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Source } from '../../shared/source.ts';
import type { RowFinding } from '../../shared/tenant.ts';
import type { Store } from '../../shared/store.ts';
import { chooseDumpTools, findClientTools } from '../postgres/clientTools.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { serverVersion } from '../postgres/inventory.ts';
import { findObstacles } from '../postgres/rowSecurity.ts';
import { findUnfillableViews } from '../postgres/tenantRisks.ts';
import type { Codec } from '../sealing/codec.ts';
import { probeStore } from '../storage/probeStore.ts';
import type { Check } from './check.ts';
import { findingChecks, obstacleChecks } from './findingChecks.ts';
import { clientChecks, serverChecks } from './versions.ts';

export interface DoctorTools {
  sources: readonly Source[];
  stores: readonly { name: string; kind: string; open(): Promise<Store> }[];
  homeDir: string;
  codec: Codec;
  loadKey(): Promise<unknown>;
  /** Where the recovery kit was written, if it still lies there. */
  kitStillHere: string | null;
  /** What a tenant backup of this source would meet, and what its logins for restores and for streaming lack. */
  findings(source: Source, login: Login): Promise<RowFinding[]>;
  withSource<T>(source: Source, work: (login: Login) => Promise<T>): Promise<T>;
  signal: AbortSignal | undefined;
}

const roomNeededBytes = 1_000_000_000;
const clockSkewSeconds = 5;

/** Every preflight at once: what would stop a backup or a restore (`block`), and what deserves a look (`warn`). @throws CANCELLED */
export async function doctor(tools: DoctorTools): Promise<{ ok: boolean; checks: Check[] }> {
  const installed = await findClientTools(null).catch(() => []);
  const checks = [
    ...(await machineChecks(tools)),
    ...clientChecks(installed, new Date()),
    ...(await Promise.all(tools.sources.map((source) => sourceChecks(source, tools)))).flat(),
    ...(await storeChecks(tools)),
  ];
  tools.signal?.throwIfAborted(); // what was not asked to its end is among the checks
  return { ok: checks.every(({ severity }) => severity !== 'block'), checks };
}

async function machineChecks({ homeDir, codec, loadKey, kitStillHere }: DoctorTools): Promise<Check[]> {
  const checks: Check[] = [];
  checks.push(await attempt('key', 'the key of this machine opens', loadKey));
  if (kitStillHere)
    checks.push({
      id: 'recovery-kit',
      severity: 'warn',
      message: `the recovery kit still lies on this machine: ${kitStillHere}`,
      hint: 'Print it or move it to a place that does not burn together with this machine, then delete the file.',
    });
  if (codec === 'gzip')
    checks.push({
      id: 'codec',
      severity: 'warn',
      message: 'zstd does not work in this runtime, so backups are compressed with gzip',
      hint: 'Backups are whole, but slower and larger; use a current Node or Electron.',
    });
  const disk = await statfs(homeDir);
  const freeBytes = disk.bavail * disk.bsize;
  checks.push({
    id: 'disk',
    severity: freeBytes < roomNeededBytes ? 'warn' : 'ok',
    message: `${(freeBytes / 1e9).toFixed(1)} GB are free on the disk of the state folder`,
    hint: freeBytes < roomNeededBytes ? 'Downloads for a restore need room there: make some.' : '',
  });
  return checks;
}

async function sourceChecks(source: Source, tools: DoctorTools): Promise<Check[]> {
  const id = `source:${source.name}`;
  const checks: Check[] = [];
  try {
    const asked = await tools.withSource(source, async (login) => {
      const found = await withClient(login, async (client) => {
        const before = Date.now();
        const now = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
        const skewSeconds = Math.abs(now.rows[0]!.now.getTime() - (before + Date.now()) / 2) / 1000;
        const views = await findUnfillableViews(client);
        return { server: await serverVersion(client), obstacles: await findObstacles(client), skewSeconds, views };
      });
      return { ...found, findings: [...found.views, ...(await tools.findings(source, login))] };
    });
    const found = await findClientTools(source.toolsDir);
    const chosen = chooseDumpTools(found, asked.server.major);
    checks.push(...serverChecks(source.name, asked.server, chosen, new Date()));
    if (source.toolsDir !== null)
      for (const check of clientChecks(found, new Date()))
        checks.push({ ...check, id: `${id}:tools`, message: `${source.name}: its own ${check.message}` });
    checks.push(...obstacleChecks(source.name, asked.obstacles), ...findingChecks(source.name, asked.findings));
    if (asked.skewSeconds > clockSkewSeconds)
      checks.push({
        id: `${id}:clock`,
        severity: 'warn',
        message: `${source.name}: the clocks of this machine and the server differ by ${Math.round(asked.skewSeconds)} s`,
        hint: 'Set both by NTP: points in time are chosen by these clocks.',
      });
  } catch (error) {
    const { code, message, hint } = reportFailure(error);
    checks.push({ id, severity: 'block', message: `${source.name}: ${message}`, hint, code });
  }
  return checks;
}

async function storeChecks({ stores, signal }: DoctorTools): Promise<Check[]> {
  const checks = await Promise.all(
    stores.map(({ name, open }) =>
      attempt(`store:${name}`, `the store ${name} can be written and read`, async () => {
        const probe = await probeStore(await open(), signal);
        if (probe.failure) throw new Failure(probe.failure.code, probe.failure.message, probe.failure.hint);
      }),
    ),
  );
  if (!stores.some(({ kind }) => kind === 'local'))
    checks.push({
      id: 'stores',
      severity: 'block',
      message: 'there is no local store: every backup is written to a disk of this machine first',
      hint: 'Add one: strongroom store add local --kind local --path DIR.',
      code: 'STORE_LOCAL_NEEDED',
    });
  else if (stores.length < 2)
    checks.push({
      id: 'stores',
      severity: 'warn',
      message: 'all copies lie on one disk',
      hint: 'Add a store elsewhere, so that a fire or a thief does not take shop and backup together.',
    });
  return checks;
}

async function attempt(id: string, good: string, work: () => Promise<unknown>): Promise<Check> {
  try {
    await work();
    return { id, severity: 'ok', message: good, hint: '' };
  } catch (error) {
    const { code, message, hint } = reportFailure(error);
    return { id, severity: 'block', message, hint, code };
  }
}
