/**
 * The numbered migrations of the state database; `PRAGMA user_version` counts those that were applied.
 * Never edit one that was released: add the next.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE repository (
     id TEXT NOT NULL, machine_id TEXT NOT NULL, machine_recipient TEXT NOT NULL, recovery_recipient TEXT NOT NULL,
     signing_public_key TEXT NOT NULL, created_at TEXT NOT NULL, sequence INTEGER NOT NULL DEFAULT 0,
     last_manifest_sha256 TEXT) STRICT;

   CREATE TABLE sources (
     id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, host TEXT NOT NULL, port INTEGER NOT NULL, user TEXT NOT NULL,
     database TEXT NOT NULL, sslmode TEXT NOT NULL, tools_dir TEXT, tenants TEXT, created_at TEXT NOT NULL) STRICT;

   CREATE TABLE stores (
     id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, settings TEXT NOT NULL,
     created_at TEXT NOT NULL) STRICT;

   CREATE TABLE jobs (
     id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, status TEXT NOT NULL, started_at TEXT NOT NULL,
     ended_at TEXT, failure TEXT, notes TEXT NOT NULL DEFAULT '[]') STRICT;

   CREATE TABLE backups (
     id TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, tenant TEXT, filename TEXT NOT NULL UNIQUE,
     status TEXT NOT NULL, size_bytes INTEGER NOT NULL DEFAULT 0, plain_bytes INTEGER NOT NULL DEFAULT 0, sha256 TEXT,
     duration_seconds REAL, created_at TEXT NOT NULL, verified_at TEXT, deleted_at TEXT,
     pinned INTEGER NOT NULL DEFAULT 0, note TEXT, job_id TEXT, failure TEXT, manifest TEXT) STRICT;
   CREATE INDEX backups_by_kind ON backups (kind, created_at DESC);
   CREATE INDEX backups_by_tenant ON backups (tenant, created_at DESC);
   CREATE INDEX backups_by_source ON backups (source, created_at DESC);
   CREATE INDEX backups_by_status ON backups (status);

   CREATE TABLE copies (
     backup_id TEXT NOT NULL REFERENCES backups ON DELETE CASCADE, store TEXT NOT NULL, store_kind TEXT NOT NULL,
     state TEXT NOT NULL, manifest_key TEXT NOT NULL, size_bytes INTEGER NOT NULL DEFAULT 0, verified_at TEXT,
     reason TEXT, PRIMARY KEY (backup_id, store)) STRICT;
   CREATE INDEX copies_by_state ON copies (state);

   CREATE TABLE uploads (
     store TEXT NOT NULL, object_key TEXT NOT NULL, upload_id TEXT NOT NULL, part_size_bytes INTEGER NOT NULL,
     begun_at TEXT NOT NULL, PRIMARY KEY (store, object_key)) STRICT;
   CREATE TABLE upload_parts (
     store TEXT NOT NULL, object_key TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL,
     PRIMARY KEY (store, object_key, number),
     FOREIGN KEY (store, object_key) REFERENCES uploads ON DELETE CASCADE) STRICT;

   CREATE TABLE verifications (
     id INTEGER PRIMARY KEY, backup_id TEXT NOT NULL, store TEXT NOT NULL, ok INTEGER NOT NULL, reason TEXT,
     verified_at TEXT NOT NULL) STRICT;
   CREATE INDEX verifications_by_backup ON verifications (backup_id, verified_at DESC);

   CREATE TABLE restores (
     id TEXT PRIMARY KEY, mode TEXT NOT NULL, backup_id TEXT NOT NULL, source TEXT NOT NULL, status TEXT NOT NULL,
     target TEXT NOT NULL, server TEXT NOT NULL, connection TEXT NOT NULL, scratch TEXT NOT NULL,
     swapped INTEGER NOT NULL DEFAULT 0, replaced TEXT, started_at TEXT NOT NULL, completed_at TEXT,
     duration_seconds REAL, restored_bytes INTEGER, verification TEXT, notes TEXT NOT NULL DEFAULT '[]',
     initiated_by TEXT NOT NULL, failure TEXT) STRICT;
   CREATE INDEX restores_by_start ON restores (started_at DESC);
   CREATE INDEX restores_by_status ON restores (status);`,

  `ALTER TABLE backups ADD COLUMN leaves_remains INTEGER NOT NULL DEFAULT 0;`,

  `CREATE TABLE people (
     id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
     failed_attempts INTEGER NOT NULL DEFAULT 0, locked_until TEXT, pin_set_at TEXT NOT NULL,
     created_at TEXT NOT NULL) STRICT;

   CREATE TABLE audit (
     seq INTEGER PRIMARY KEY, at TEXT NOT NULL, os_user TEXT NOT NULL, person TEXT, action TEXT NOT NULL,
     subject TEXT NOT NULL, outcome TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
   CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
   CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
   CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
     BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

   CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,

  // Every order of the list, so that 100,000 backups are paged in any of them; and the counts of a store.
  `CREATE INDEX backups_by_size ON backups (size_bytes, id) WHERE deleted_at IS NULL;
   CREATE INDEX backups_by_duration ON backups (coalesce(duration_seconds, -1), id) WHERE deleted_at IS NULL;
   CREATE INDEX backups_by_outcome ON backups (status, id) WHERE deleted_at IS NULL;
   CREATE INDEX backups_listed ON backups (id) WHERE deleted_at IS NULL;
   CREATE INDEX copies_by_store ON copies (store, state, backup_id, size_bytes);
   CREATE INDEX restores_by_source ON restores (source, started_at DESC);`,

  // Who was there when the tenant table was last read; and the newest backup of each, among 100,000.
  `CREATE TABLE tenants (
     source TEXT NOT NULL, id TEXT NOT NULL, name TEXT, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,
     gone_since TEXT, PRIMARY KEY (source, id)) STRICT;
   CREATE TABLE tenant_looks (source TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
   CREATE INDEX backups_of_tenants ON backups (source, tenant, id) WHERE kind = 'TENANT' AND deleted_at IS NULL;`,

  `ALTER TABLE restores ADD COLUMN merge TEXT;
   ALTER TABLE restores ADD COLUMN marker TEXT;`,

  // Ways to tell people, and what waits for each: a thing is in the outbox once for each channel, for ever.
  `CREATE TABLE channels (
     name TEXT PRIMARY KEY, settings TEXT NOT NULL, route TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;
   CREATE TABLE channel_health (
     channel TEXT PRIMARY KEY, last_success_at TEXT, last_failure_at TEXT, failing_since TEXT, failure TEXT,
     failures INTEGER NOT NULL DEFAULT 0, retry_at TEXT) STRICT;
   CREATE TABLE outbox (
     id INTEGER PRIMARY KEY, news_id TEXT NOT NULL, channel TEXT NOT NULL, alert_id TEXT, tidings TEXT NOT NULL,
     status TEXT NOT NULL DEFAULT 'WAITING', held INTEGER NOT NULL DEFAULT 0, maybe_told INTEGER NOT NULL DEFAULT 0,
     attempts INTEGER NOT NULL DEFAULT 0, delivery TEXT, created_at TEXT NOT NULL, done_at TEXT, failure TEXT,
     UNIQUE (news_id, channel)) STRICT;
   CREATE INDEX outbox_waiting ON outbox (channel, id) WHERE status = 'WAITING';
   CREATE INDEX outbox_of_alert ON outbox (alert_id, channel);
   CREATE INDEX outbox_done ON outbox (done_at);`,
  // One row for each moment at which something was due, so that nothing runs twice.
  `CREATE TABLE schedules (
     id TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, cron TEXT NOT NULL, zone TEXT NOT NULL,
     enabled INTEGER NOT NULL, counts_from TEXT NOT NULL, UNIQUE (kind, source)) STRICT;
   CREATE TABLE scheduled_runs (
     schedule_id TEXT NOT NULL, nominal TEXT NOT NULL, claimed_at TEXT NOT NULL, job_id TEXT NOT NULL,
     missed INTEGER NOT NULL, outcome TEXT, PRIMARY KEY (schedule_id, nominal)) STRICT;
   CREATE INDEX scheduled_runs_by_job ON scheduled_runs (job_id);
   CREATE INDEX scheduled_runs_unsettled ON scheduled_runs (schedule_id) WHERE outcome IS NULL;
   CREATE TABLE one_offs (
     id TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, tenants TEXT, at TEXT NOT NULL, note TEXT,
     pinned INTEGER NOT NULL, notify TEXT NOT NULL, created_at TEXT NOT NULL, job_id TEXT, outcome TEXT) STRICT;
   CREATE INDEX one_offs_by_job ON one_offs (job_id);`,
  // When each copy was last read to its end, and how many bytes that took from its store.
  `ALTER TABLE copies ADD COLUMN looked_at TEXT;
   UPDATE copies SET looked_at = verified_at;
   ALTER TABLE verifications ADD COLUMN read_bytes INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX verifications_by_store ON verifications (store, verified_at, read_bytes);

   CREATE TABLE drills (
     id TEXT PRIMARY KEY, source TEXT NOT NULL, backup_id TEXT NOT NULL, place TEXT NOT NULL, server TEXT NOT NULL,
     connection TEXT, database TEXT NOT NULL, dir TEXT, roles TEXT NOT NULL DEFAULT '[]', status TEXT NOT NULL,
     started_at TEXT NOT NULL, ended_at TEXT, report TEXT, failure TEXT, initiated_by TEXT NOT NULL,
     removed INTEGER NOT NULL DEFAULT 0) STRICT;
   CREATE INDEX drills_by_source ON drills (source, id DESC);
   CREATE INDEX drills_by_backup ON drills (backup_id, id DESC);
   CREATE INDEX drills_to_remove ON drills (id) WHERE removed = 0;`,
  // Alerts and what has happened to each; what of it is still to be handed to the channels; the newest looks outside.
  `CREATE TABLE alerts (
     id TEXT PRIMARY KEY, type TEXT NOT NULL, severity TEXT NOT NULL, status TEXT NOT NULL, fingerprint TEXT NOT NULL,
     occurrence TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL, source TEXT, tenant TEXT, store TEXT,
     backup_id TEXT, restore_id TEXT, job_id TEXT, link TEXT NOT NULL, opened_at TEXT NOT NULL, active_since TEXT NOT NULL,
     seen_at TEXT NOT NULL, told_at TEXT, gone_since TEXT, returns INTEGER NOT NULL DEFAULT 0,
     flapping INTEGER NOT NULL DEFAULT 0, acknowledged_at TEXT, acknowledged_by TEXT, snoozed_until TEXT,
     resolved_at TEXT, resolved_by TEXT, silenced INTEGER NOT NULL DEFAULT 0, escalated_at TEXT) STRICT;
   CREATE UNIQUE INDEX alerts_one_open ON alerts (fingerprint) WHERE status <> 'RESOLVED';
   CREATE INDEX alerts_by_status ON alerts (status, opened_at DESC);
   CREATE INDEX alerts_by_type ON alerts (type, opened_at DESC);
   CREATE INDEX alerts_by_end ON alerts (resolved_at);
   CREATE TABLE alert_history (
     id INTEGER PRIMARY KEY, alert_id TEXT NOT NULL REFERENCES alerts ON DELETE CASCADE, at TEXT NOT NULL,
     event TEXT NOT NULL, by TEXT, note TEXT) STRICT;
   CREATE INDEX alert_history_of ON alert_history (alert_id, id);
   CREATE TABLE alert_news (id TEXT PRIMARY KEY, news TEXT NOT NULL) STRICT;
   CREATE TABLE looks (
     kind TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, failing_since TEXT, failure TEXT, seen TEXT,
     PRIMARY KEY (kind, name)) STRICT;
   CREATE INDEX jobs_by_kind ON jobs (kind, subject, status, id);`,
  // The age of an imported backup counts from its import. Manifests are long, so indexes hold what is asked of all backups.
  `ALTER TABLE backups ADD COLUMN imported_at TEXT;
   UPDATE backups SET imported_at = manifest ->> '$.imported.importedAt' WHERE manifest LIKE '%"importedAt"%';
   CREATE INDEX backups_imported ON backups (id, imported_at) WHERE imported_at IS NOT NULL;
   CREATE INDEX backups_kept ON backups (id, kind, source, tenant, status, created_at, pinned) WHERE deleted_at IS NULL;`,
  // When a store or database last answered again after it had been away.
  `ALTER TABLE looks ADD COLUMN back_at TEXT;`,
  // The newest good backup of each kind of each source, for metrics and the health score.
  `CREATE INDEX backups_good ON backups (source, kind, created_at, id)
     WHERE status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL;`,
  // Manifests lie beside the rows that are searched, so that those stay short. What is filtered by stands in the index of
  // every order, so that a page of few among 100,000 reads no row that it does not show.
  `CREATE TABLE manifests (
     backup_id TEXT PRIMARY KEY REFERENCES backups ON DELETE CASCADE, packed BLOB NOT NULL) STRICT;
   INSERT INTO manifests SELECT id, pack_manifest(manifest) FROM backups WHERE manifest IS NOT NULL;
   ALTER TABLE backups DROP COLUMN manifest;
   DROP INDEX backups_by_size;
   DROP INDEX backups_by_duration;
   DROP INDEX backups_by_outcome;
   DROP INDEX backups_listed;
   DROP INDEX backups_kept;
   CREATE INDEX backups_kept ON backups (id, deleted_at, kind, source, tenant, status, created_at, pinned);
   CREATE INDEX backups_by_size ON backups (size_bytes, id, deleted_at, kind, source, tenant, status, created_at);
   CREATE INDEX backups_by_duration
     ON backups (coalesce(duration_seconds, -1), id, deleted_at, kind, source, tenant, status, created_at);
   CREATE INDEX backups_by_outcome ON backups (status, id, deleted_at, kind, source, tenant, created_at);
   CREATE INDEX backups_existing ON backups (id) WHERE status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL;
   CREATE INDEX backups_by_moment ON backups (created_at, id) WHERE deleted_at IS NULL;
   DROP INDEX backups_of_tenants;
   CREATE INDEX backups_of_tenants ON backups (source, tenant, id, status) WHERE kind = 'TENANT' AND deleted_at IS NULL;
   DROP INDEX copies_by_state;
   CREATE INDEX copies_not_good ON copies (state, backup_id) WHERE state <> 'STORED';
   CREATE INDEX copies_of_store ON copies (store, backup_id, state);
   CREATE INDEX copies_by_look ON copies (store, looked_at, backup_id) WHERE state = 'STORED';`,
  // What the stores are asked for all the time is added up as copies come and go: going through 100,000 copies takes too
  // long. `placed` and `given` are copies of backups that exist: there or taken away on purpose, and also the bad ones.
  `CREATE VIEW copy_parts AS SELECT c.backup_id, c.store,
       c.state = 'STORED' AS copies, iif(c.state = 'STORED', c.size_bytes, 0) AS bytes,
       b.there AND c.state IN ('STORED', 'DELETING', 'DELETED') AS placed,
       b.there AND c.state IN ('STORED', 'DELETING', 'DELETED', 'DAMAGED', 'MISSING') AS given
     FROM copies c CROSS JOIN (
       SELECT id, status IN ('COMPLETED', 'VERIFIED') AND deleted_at IS NULL AS there FROM backups) b ON b.id = c.backup_id;
   CREATE TABLE store_sums (
     store TEXT PRIMARY KEY, copies INTEGER NOT NULL, bytes INTEGER NOT NULL, placed INTEGER NOT NULL,
     given INTEGER NOT NULL) STRICT;
   INSERT INTO store_sums SELECT store, sum(copies), sum(bytes), sum(placed), sum(given) FROM copy_parts GROUP BY store;
   CREATE TRIGGER copy_added AFTER INSERT ON copies BEGIN
     INSERT INTO store_sums SELECT store, copies, bytes, placed, given FROM copy_parts
       WHERE backup_id = NEW.backup_id AND store = NEW.store
       ON CONFLICT DO UPDATE SET copies = copies + excluded.copies, bytes = bytes + excluded.bytes,
         placed = placed + excluded.placed, given = given + excluded.given;
   END;
   CREATE TRIGGER copy_removed BEFORE DELETE ON copies BEGIN
     UPDATE store_sums SET copies = store_sums.copies - p.copies, bytes = store_sums.bytes - p.bytes,
         placed = store_sums.placed - p.placed, given = store_sums.given - p.given
       FROM copy_parts p WHERE p.backup_id = OLD.backup_id AND p.store = OLD.store AND store_sums.store = OLD.store;
   END;
   CREATE TRIGGER copy_before BEFORE UPDATE OF state, size_bytes ON copies BEGIN
     UPDATE store_sums SET copies = store_sums.copies - p.copies, bytes = store_sums.bytes - p.bytes,
         placed = store_sums.placed - p.placed, given = store_sums.given - p.given
       FROM copy_parts p WHERE p.backup_id = OLD.backup_id AND p.store = OLD.store AND store_sums.store = OLD.store;
   END;
   CREATE TRIGGER copy_after AFTER UPDATE OF state, size_bytes ON copies BEGIN
     UPDATE store_sums SET copies = store_sums.copies + p.copies, bytes = store_sums.bytes + p.bytes,
         placed = store_sums.placed + p.placed, given = store_sums.given + p.given
       FROM copy_parts p WHERE p.backup_id = NEW.backup_id AND p.store = NEW.store AND store_sums.store = NEW.store;
   END;
   CREATE TRIGGER backup_before BEFORE UPDATE OF status, deleted_at ON backups BEGIN
     UPDATE store_sums SET placed = store_sums.placed - p.placed, given = store_sums.given - p.given
       FROM copy_parts p WHERE p.backup_id = OLD.id AND store_sums.store = p.store;
   END;
   CREATE TRIGGER backup_after AFTER UPDATE OF status, deleted_at ON backups BEGIN
     UPDATE store_sums SET placed = store_sums.placed + p.placed, given = store_sums.given + p.given
       FROM copy_parts p WHERE p.backup_id = NEW.id AND store_sums.store = p.store;
   END;`,
  // Which part of its subject a job was about: single tenants, or one chosen backup; null: all of it, or the newest.
  `ALTER TABLE jobs ADD COLUMN part TEXT;
   DROP INDEX jobs_by_kind;
   CREATE INDEX jobs_by_kind ON jobs (kind, subject, status, id, part);`,
];
