import { setImmediate } from 'node:timers/promises';
import { ulid } from 'ulid';
import { untouchedSince } from '../../main/alerts/decide.ts';
import { homeAt } from '../../main/console/home.ts';
import { AlertLedger, type Noted } from '../../main/state/alertLedger.ts';
import { Catalogue } from '../../main/state/catalogue.ts';
import { DrillLog } from '../../main/state/drillLog.ts';
import { JobLog } from '../../main/state/jobLog.ts';
import { openState, type State } from '../../main/state/openState.ts';
import { packManifest, unpackManifest } from '../../main/state/packedManifest.ts';
import { RetentionLedger } from '../../main/state/retentionLedger.ts';
import { Settings } from '../../main/state/settings.ts';
import { TenantLedger } from '../../main/state/tenantLedger.ts';
import type { AlertType, Severity } from '../../shared/alert.ts';
import { storedBytes, type Manifest } from '../../shared/manifest.ts';

const dayMs = 86_400_000;
const sha256 = 'f'.repeat(64);
const tenantsOfEach = 200;
/** Of the history that is repeated. */
const partDays = 14;

/** A backup as it comes up in the history of the shop. */
interface Event {
  id: string;
  number: number;
  at: number;
  kind: Manifest['kind'];
  source: string;
  tenant: string | null;
}

/**
 * Gives a state folder the history of years: every source backed up in full and its configuration every day, each of its
 * 200 tenants every week, in every store, with what goes wrong and right in that time. The newest part is written by what
 * writes it in the console, and only its moments are set; the years before it are that part, again and again.
 * @param template the manifest of a real backup, of which all are likenesses.
 */
export async function addYears(home: string, template: Manifest, backups: number, alerts: number): Promise<void> {
  const state = openState(homeAt(home).statePath, { check: false });
  try {
    state.exec('BEGIN');
    const settings = new Settings(state);
    const sources = settings.sources().map(({ name }) => name);
    const stores = settings.stores().map(({ name, settings: { kind } }) => ({ name, kind }));
    const tenants = Array.from({ length: tenantsOfEach }, (_, index) => ({ id: `${index}`, name: `Shop ${index}` }));
    for (const source of sources) new TenantLedger(state).note(source, tenants);
    const part = [...history(sources)];
    for (const event of part) {
      addBackup(state, template, event, stores);
      // Statements that are done with are let go of only between two turns of the loop.
      if (event.number % 200 === 0) await setImmediate();
    }
    state.exec(momentsOfTheirOwn);
    repeat(state, part, backups);
    addAlerts(state, sources, alerts);
    addDrills(state, sources);
    state.exec('COMMIT');
    state.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    state.close();
  }
}

/** Two weeks up to now, oldest first. */
function* history(sources: readonly string[]): Generator<Event> {
  const begin = Date.now() - partDays * dayMs;
  let number = 0;
  for (let day = 0; day < partDays; day++)
    for (const [index, source] of sources.entries()) {
      const weekly = day % 7 === index % 7 ? tenantsOfEach : 0;
      for (let tenant = -2; tenant < weekly; tenant++, number++) {
        const at = begin + day * dayMs + (index * 300 + tenant + 2) * 30_000;
        const kind = tenant === -2 ? 'FULL_DATABASE' : tenant === -1 ? 'CONFIGURATION' : 'TENANT';
        yield { id: ulid(at), number, at, kind, source, tenant: tenant < 0 ? null : `${tenant}` };
      }
    }
}

/** Writes the part again, two weeks earlier each time, until there are so many backups. */
function repeat(state: State, part: readonly Event[], backups: number): void {
  const earlier = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-' || @days || ' days')`;
  state.function('with_id', (packed: Buffer, of: string, id: string) =>
    packManifest(JSON.stringify(unpackManifest(packed)).replaceAll(of, id)),
  );
  const again = [
    `INSERT INTO backups (id, kind, source, tenant, filename, status, size_bytes, plain_bytes, sha256, duration_seconds,
       created_at, verified_at, pinned, note, failure)
     SELECT @id, kind, source, tenant, 'm/' || @id || '.json.age', status, size_bytes + @days * 997, plain_bytes, sha256,
       duration_seconds + @days % 61, ${earlier('created_at')}, ${earlier('verified_at')}, pinned, note, failure
     FROM backups WHERE id = @of`,
    `INSERT INTO manifests SELECT @id, with_id(packed, @of, @id) FROM manifests WHERE backup_id = @of`,
    `INSERT INTO copies (backup_id, store, store_kind, state, manifest_key, size_bytes, verified_at, looked_at, reason)
     SELECT @id, store, store_kind, state, 'm/' || @id || '.json.age', size_bytes + @days * 997, ${earlier('verified_at')},
       ${earlier('looked_at')}, reason FROM copies WHERE backup_id = @of`,
    `INSERT INTO verifications (backup_id, store, ok, reason, verified_at, read_bytes)
     SELECT @id, store, ok, reason, ${earlier('verified_at')}, read_bytes FROM verifications WHERE backup_id = @of`,
  ].map((sql) => state.prepare(sql));
  for (let count = part.length, days = partDays; count < backups; days += partDays)
    for (const { id: of, at } of part.slice(0, backups - count)) {
      const id = ulid(at - days * dayMs);
      for (const statement of again) statement.run({ id, of, days });
      count++;
    }
}

function addBackup(
  state: State,
  template: Manifest,
  { id, number, at, kind, source, tenant }: Event,
  stores: readonly { name: string; kind: 'local' | 'r2' | 'b2' | 's3' }[],
): void {
  const catalogue = new Catalogue(state);
  const jobId = ulid(at);
  const what = { FULL_DATABASE: 'backup full', TENANT: 'backup tenants' }[kind as string] ?? 'backup config';
  if (tenant === null) new JobLog(state).started(jobId, what, source);
  catalogue.begin({ id, kind, source, tenant, note: null, pinned: number % 211 === 0, jobId });
  if (number % 97 === 0) {
    const failure = { code: 'SOURCE_UNREACHABLE', message: 'the server did not answer', hint: 'Start it.' } as const;
    catalogue.fail(id, { ...failure, details: {} });
    setMoment(state, id, at);
    if (tenant === null) new JobLog(state).ended(jobId, 'FAILED', [], null);
    return;
  }
  const objects = template.objects.map((object, index) => ({
    ...object,
    key: `b/${id}/${String(number).padStart(8, '0').repeat(8)}.${index}.zst.age`,
    sizeBytes: object.sizeBytes + ((number * 7919) % 100_000),
  }));
  const createdAt = new Date(at).toISOString();
  const durationSeconds = template.durationSeconds + (number % 61);
  const manifest = { ...template, id, kind, tenant, objects, createdAt, durationSeconds, sequence: number };
  const sizeBytes = storedBytes(manifest);
  for (const [index, store] of stores.entries()) {
    if (index === 0) catalogue.record({ ...manifest, source: { ...template.source, name: source } }, sha256, store);
    else catalogue.setCopy(id, store, 'STORED', { sizeBytes });
    if ((number + index) % 3 > 0)
      catalogue.verified(id, store, { ok: true, state: 'STORED', reason: null, readBytes: 1_000_000 });
    if (index > 0 && number % 503 === 0) catalogue.setCopy(id, store, 'FAILED', { reason: 'the network was gone' });
    if (index > 0 && number % 701 === 0)
      catalogue.verified(id, store, { ok: false, state: 'DAMAGED', reason: 'a file has another hash' });
  }
  setMoment(state, id, at);
  if (number % 307 === 0) new RetentionLedger(state).deleted(id, stores[0]!.name);
  if (tenant === null) new JobLog(state).ended(jobId, 'DONE', ['copied everywhere'], null);
}

function setMoment(state: State, id: string, at: number): void {
  state.prepare('UPDATE backups SET created_at = ? WHERE id = ?').run(new Date(at).toISOString(), id);
}

const alertKinds: readonly [AlertType, Severity][] = [
  ['RESTORE_FAILURE', 'CRITICAL'],
  ['CLEANUP_FAILURE', 'ERROR'],
  ['JOB_FAILURE', 'WARNING'],
  ['TENANT_VANISHED', 'INFO'],
];

/** Half of them open, of kinds that no evidence resolves so soon. */
function addAlerts(state: State, sources: readonly string[], count: number): void {
  const noted = Array.from({ length: count }, (_, index): Noted => {
    const [type, severity] = alertKinds[index % alertKinds.length]!;
    const at = new Date(Date.now() - index * 3_600_000).toISOString();
    const resolved = index >= count / 2;
    const source = sources[index % sources.length]!;
    return {
      alert: {
        id: ulid(Date.parse(at)),
        type,
        severity,
        status: resolved ? 'RESOLVED' : 'ACTIVE',
        fingerprint: `${type}:bench:${index}`,
        occurrence: '',
        message: `Something of ${source} went wrong for the time number ${index}`,
        hint: 'Look at it, mend what it says, and try again.',
        about: { source, tenant: null, store: null, backupId: null, restoreId: null, jobId: null },
        link: '/jobs',
        ...untouchedSince(at),
        escalatedAt: at,
        resolvedAt: resolved ? at : null,
      },
      history: [
        { event: 'opened', note: 'it went wrong' },
        { event: 'escalated', note: null },
      ],
      news: null,
    };
  });
  new AlertLedger(state).note(noted, new Date().toISOString());
}

/** A test restore of each source every month for two years. */
function addDrills(state: State, sources: readonly string[]): void {
  const drills = new DrillLog(state);
  const newest = state
    .prepare(
      `SELECT id FROM backups WHERE source = ? AND kind = 'FULL_DATABASE' AND status <> 'FAILED' ORDER BY id DESC LIMIT 1`,
    )
    .pluck();
  const steps = ['reading', 'restoring', 'comparing', 'removing'].map((name) => ({ name, seconds: 2 }));
  for (const source of sources)
    for (let month = 24; month > 0; month--) {
      const id = ulid(Date.now() - month * 30 * dayMs);
      const place = { place: 'source' as const, server: 'bench@127.0.0.1', connection: null, dir: null };
      const backupId = newest.get(source) as string;
      drills.begin({ id, source, backupId, database: `strongroom_drill_${id}`, initiatedBy: 'bench', ...place });
      const createdAt = new Date().toISOString();
      const report = { steps, seconds: 8, backupCreatedAt: createdAt, restoredBytes: 1, assertions: [], notes: [] };
      drills.end(id, 'PASSED', { ...report, verification: null }, null);
      drills.removed(id);
    }
}

/** Looks came six hours after their backup, and its job was as long as it. */
const momentsOfTheirOwn = `
  CREATE INDEX backups_by_job ON backups (job_id);
  UPDATE jobs SET started_at = b.created_at,
    ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', b.created_at, '+' || coalesce(b.duration_seconds, 1) || ' seconds')
    FROM backups b WHERE b.job_id = jobs.id;
  DROP INDEX backups_by_job;
  UPDATE backups SET verified_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+6 hours') WHERE verified_at IS NOT NULL;
  UPDATE copies SET verified_at = strftime('%Y-%m-%dT%H:%M:%fZ', b.created_at, '+6 hours'),
    looked_at = strftime('%Y-%m-%dT%H:%M:%fZ', b.created_at, '+6 hours')
    FROM backups b WHERE b.id = backup_id AND looked_at IS NOT NULL;
  UPDATE verifications SET verified_at = strftime('%Y-%m-%dT%H:%M:%fZ', b.created_at, '+6 hours')
    FROM backups b WHERE b.id = backup_id;`;
