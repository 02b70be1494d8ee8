import { join } from 'node:path';
import { AuditLog } from '../../main/state/auditLog.ts';
import { openState, type State } from '../../main/state/openState.ts';
import { seedAlerts } from './seededAlerts.ts';

/** As long as PostgreSQL lets a name be, and as hard to show as people make them. */
const longName = `Größte Filiale „Süd“ – Aktenzeichen ${'ß'.repeat(8)} 2026`;
const arabicName = 'مجوهرات القاهرة القديمة';
const longSource = 'warehouse.eu-central-1.production-of-the-second-quarter-2026';

/**
 * Fills a console that nobody has open with what eight years leave behind: 100,000 backups with failures between them,
 * stores that are away, databases with names that are hard to show, 2,000 alerts in every state.
 */
export function fillHouse(home: string): void {
  seedAlerts(home, 2000);
  const state = openState(join(home, 'strongroom.sqlite'), { check: false });
  const audit = new AuditLog(state);
  state.transaction(() => {
    state.exec(setUp);
    state.exec(manyBackups);
    state.exec(aroundBackups);
    for (let number = 0; number < 60; number++)
      audit.add({
        at: new Date(Date.now() - (60 - number) * 3_600_000).toISOString(),
        osUser: 'administrator@SHOP-EUROPE-CENTRAL',
        person: number % 3 === 0 ? null : 'Ànna-Katharina Müller-Lüdenscheidt',
        action: ['backups.start', 'alerts.look', 'restores.swap'][number % 3]!,
        subject: number % 2 === 0 ? longSource : longName,
        outcome: number % 4 === 0 ? 'SOURCE_UNREACHABLE' : 'done',
      });
  })();
  nameTheBackups(state);
  state.close();
}

const ago = (seconds: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (${seconds}) || ' seconds')`;
/** A ULID of the number: sorted as it is, and older than whatever the console makes. */
const ulid = (number: string) => `'01B' || printf('%023d', ${number})`;

const failure = `'{"code":"SOURCE_UNREACHABLE","message":"the server db.branch-office-number-seventeen.example does not answer: connection refused on port 5432","hint":"Is it running, and does its firewall let this machine in? Its hosting company knows more."}'`;
const noAnswer = `'{"code":"STORE_UNREACHABLE","message":"the store does not answer: getaddrinfo ENOTFOUND s3.us-west-004.backblazeb2.invalid","hint":"Is the network up? What is missing there is sent later by itself."}'`;

const setUp = `
  INSERT INTO sources (name, host, port, user, database, sslmode, created_at) VALUES
    ('${longSource}', '127.0.0.1', 1, 'strongroom_backup_of_the_whole_company', '${longName}', 'verify-full', ${ago('9e6')}),
    ('branch-cairo', '127.0.0.1', 1, 'u', '${arabicName}', 'disable', ${ago('9e6')}),
    ('quoted', '127.0.0.1', 1, 'O''Hara "the" user', 'it''s "quoted"', 'disable', ${ago('9e6')});
  INSERT INTO stores (name, kind, settings, created_at) VALUES
    ('nas-in-the-basement-of-the-old-building.second-shelf', 'local', '{"kind":"local","path":"/mnt/nas/Sicherungen/Größte Filiale/strongroom-copies-of-everything/2026"}', ${ago('8e6')}),
    ('b2', 'b2', '{"kind":"b2","endpoint":"https://s3.us-west-004.backblazeb2.invalid","bucket":"strongroom-copies-of-the-shops-of-europe-and-africa","region":"us-west-004","prefix":"","accessKeyId":"0041234567890ab0000000001"}', ${ago('8e6')});
  INSERT INTO looks (kind, name, at, failing_since, failure, seen) VALUES
    ('store', 'b2', ${ago('200')}, ${ago('90000')}, ${noAnswer}, NULL);
  INSERT INTO channels (name, settings, route, created_at) VALUES
    ('mail-to-everybody', '{"kind":"email","host":"smtp.shop-of-the-old-town.example","port":587,"tls":"starttls","user":"backup","from":"backup@shop-of-the-old-town.example","to":["anna-katharina.mueller-luedenscheidt@shop-of-the-old-town.example","boss@shop-of-the-old-town.example","night-duty@shop-of-the-old-town.example"]}', '{"minSeverity":"WARNING","escalations":true,"quiet":true}', ${ago('7e6')}),
    ('phone', '{"kind":"sms","url":"https://sms.invalid/send","user":"AC1","from":"+4930111","to":["+491722222222"],"bodyAs":"form","body":"To={to}&Body={text}"}', '{"minSeverity":"CRITICAL","escalations":true,"quiet":true}', ${ago('6e6')}),
    ('life', '{"kind":"deadman","host":"hc-ping.invalid"}', '{"minSeverity":null,"escalations":false,"quiet":false}', ${ago('5e6')});
  INSERT INTO channel_health (channel, last_success_at, last_failure_at, failing_since, failure, failures, retry_at) VALUES
    ('phone', ${ago('900000')}, ${ago('300')}, ${ago('800000')}, '{"code":"CHANNEL_FAILED","message":"sms.invalid answered 402 Payment Required: your account has no credit left","hint":"Look at the account there."}', 211, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+20 minutes'));
  INSERT INTO people (id, name, folded_name, role, pin_set_at, created_at) SELECT 1, '', '', 'owner', '', '' WHERE 0;`;

/** Dozens a day, back to years ago; every 17th failed, every 23rd damaged somewhere. */
const backups = 100_000;
const secondsApart = 2520;
const manyBackups = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${backups})
  INSERT INTO backups (id, kind, source, tenant, filename, status, size_bytes, plain_bytes, sha256, duration_seconds,
      created_at, verified_at, pinned, note, failure)
    SELECT ${ulid('9999999 - i')},
      CASE i % 7 WHEN 3 THEN 'TENANT' WHEN 5 THEN 'CONFIGURATION' ELSE 'FULL_DATABASE' END,
      CASE i % 5 WHEN 0 THEN '${longSource}' WHEN 1 THEN 'branch-cairo' ELSE 'shop' END,
      CASE WHEN i % 7 = 3 THEN CASE i % 3 WHEN 0 THEN '${longName}' WHEN 1 THEN '100' ELSE '14' END END,
      'm/' || ${ulid('9999999 - i')} || '.json.age',
      CASE WHEN i % 17 = 2 THEN 'FAILED' WHEN i % 4 = 0 THEN 'VERIFIED' ELSE 'COMPLETED' END,
      CASE WHEN i % 17 = 2 THEN 0 ELSE 241100000 + (i * 7919) % 90000000 END, CASE WHEN i % 17 = 2 THEN 0 ELSE 1000000000 END,
      'abc', CASE WHEN i % 17 = 2 THEN NULL ELSE 14 + (i * 31) % 400 END,
      ${ago(`i * ${secondsApart}`)}, CASE WHEN i % 17 <> 2 AND i % 4 = 0 THEN ${ago(`i * ${secondsApart} - 1800`)} END, i % 40 = 0,
      CASE i % 40 WHEN 0 THEN 'before the price change of the whole autumn collection, kept until the auditors have been here' END,
      CASE WHEN i % 17 = 2 THEN ${failure} END
    FROM n;`;

const aroundBackups = `
  INSERT INTO copies (backup_id, store, store_kind, state, manifest_key, size_bytes, verified_at, reason)
    SELECT id, 'local', 'local', CASE WHEN rowid % 23 = 4 THEN 'DAMAGED' ELSE 'STORED' END, 'm/' || id, size_bytes, verified_at,
      CASE WHEN rowid % 23 = 4 THEN 'the object b/1/data.zst.age is not what was written: its hash differs' END
    FROM backups WHERE id LIKE '01B%' AND status <> 'FAILED';
  INSERT INTO copies (backup_id, store, store_kind, state, manifest_key, size_bytes, reason)
    SELECT id, 'b2', 'b2', CASE WHEN created_at > ${ago('90000')} THEN 'FAILED' ELSE 'STORED' END, 'm/' || id, size_bytes,
      CASE WHEN created_at > ${ago('90000')} THEN 'the store b2 does not answer: getaddrinfo ENOTFOUND s3.us-west-004.backblazeb2.invalid' END
    FROM backups WHERE id LIKE '01B%' AND status <> 'FAILED';
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  INSERT INTO jobs (id, kind, subject, status, started_at, ended_at, failure, notes)
    SELECT ${ulid('9999999 - i')}, CASE i % 5 WHEN 0 THEN 'integrity' WHEN 1 THEN 'verify' WHEN 2 THEN 'test restore' ELSE 'backup full' END,
      CASE i % 5 WHEN 0 THEN '' WHEN 1 THEN '2 backups' WHEN 2 THEN '${longSource}' ELSE 'shop' END,
      CASE i % 6 WHEN 1 THEN 'FAILED' WHEN 2 THEN 'CANCELLED' WHEN 4 THEN 'INTERRUPTED' ELSE 'DONE' END,
      ${ago('i * 7200')}, ${ago('i * 7200 - 300')}, CASE WHEN i % 6 = 1 THEN ${failure} END,
      CASE WHEN i % 6 = 3 THEN '["b2 was passed over: it does not answer", "the one of 2026-11-01 is missing there"]' ELSE '[]' END FROM n;
  INSERT INTO restores (id, mode, backup_id, source, status, target, server, connection, scratch, started_at, completed_at,
      duration_seconds, restored_bytes, initiated_by, failure)
    SELECT ${ulid('9999999 - rowid')}, CASE rowid % 3 WHEN 0 THEN 'MERGE' ELSE 'FULL' END, id, source,
      CASE rowid % 5 WHEN 0 THEN 'FAILED' WHEN 1 THEN 'MISMATCH' WHEN 2 THEN 'ROLLED_BACK' ELSE 'COMPLETED' END,
      '${longName}', 'strongroom_restore@a-server-with-a-rather-long-name.branch.example:5432', '{}', 's', created_at, created_at,
      61 + rowid % 900, 241100000, 'administrator', CASE rowid % 5 WHEN 0 THEN ${failure} END
    FROM backups WHERE id LIKE '01B%' AND status <> 'FAILED' AND rowid % 15 = 0;
  INSERT INTO drills (id, source, backup_id, place, server, database, status, started_at, ended_at, failure, initiated_by, removed)
    SELECT ${ulid('9999999 - rowid')}, source, id, 'source', 'strongroom_restore@a-server-with-a-rather-long-name.branch.example:5432',
      'strongroom_drill_1', 'FAILED', created_at, created_at, ${failure}, 'the schedule', 1
    FROM backups WHERE id LIKE '01B%' AND kind = 'FULL_DATABASE' AND status <> 'FAILED' AND rowid % 50 = 0;
  UPDATE alerts SET status = 'ACKNOWLEDGED', acknowledged_at = opened_at, acknowledged_by = 'Ànna-Katharina Müller-Lüdenscheidt'
    WHERE rowid % 5 = 1;
  UPDATE alerts SET snoozed_until = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+8 hours') WHERE rowid % 5 = 2;
  UPDATE alerts SET status = 'RESOLVED', resolved_at = ${ago('100')}, resolved_by = CASE rowid % 2 WHEN 0 THEN 'Anna' END
    WHERE rowid % 5 = 3;
  UPDATE alerts SET source = '${longSource}', tenant = '14', store = 'nas-in-the-basement-of-the-old-building.second-shelf'
    WHERE rowid % 11 = 0;
  INSERT INTO outbox (news_id, channel, alert_id, tidings, status, attempts, created_at, failure)
    SELECT 'n' || id, 'phone', id, json_object('kind', 'news', 'news', json_object('id', id, 'alertId', id, 'event', 'opened',
        'severity', severity, 'type', type, 'message', message, 'hint', hint, 'about',
        json_object('source', source, 'tenant', tenant, 'store', store, 'backupId', NULL, 'restoreId', NULL, 'jobId', NULL),
        'link', link, 'at', opened_at)), 'WAITING', 12, opened_at,
      '{"code":"CHANNEL_FAILED","message":"sms.invalid answered 402 Payment Required","hint":"Look at the account there."}'
    FROM alerts LIMIT 20;`;

/** Whoever is a tenant of the shop has a name there; those of other databases are seen by their ids. */
function nameTheBackups(state: State): void {
  state
    .prepare(
      `INSERT OR IGNORE INTO tenants (source, id, name, first_seen_at, last_seen_at)
       SELECT DISTINCT source, tenant, CASE tenant WHEN '100' THEN 'O''Hara & "Söhne" <Gold>' ELSE ? END, created_at, created_at
       FROM backups WHERE tenant IS NOT NULL GROUP BY source, tenant`,
    )
    .run(arabicName);
}
