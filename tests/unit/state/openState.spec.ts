import Database from 'better-sqlite3';
import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { migrations } from '../../../main/state/migrations.ts';
import { Catalogue } from '../../../main/state/catalogue.ts';
import { openState } from '../../../main/state/openState.ts';
import { test } from '../../support/scratchFolder.ts';

const path = (folder: string) => join(folder, 'strongroom.sqlite');

/** Writes and closes a state database with enough rows to fill several pages. */
function filled(folder: string): string {
  const state = openState(path(folder), { check: false });
  const insert = state.prepare(
    `INSERT INTO jobs (id, kind, subject, status, started_at) VALUES (?, 'x', ?, 'DONE', '')`,
  );
  for (let i = 0; i < 500; i++) insert.run(`job ${i}`, 'x'.repeat(100));
  state.close();
  return path(folder);
}

test('a new file gets every table, and says how many migrations it has seen', ({ state }) => {
  expect(state.pragma('user_version', { simple: true })).toBe(migrations.length);
  const tables = state.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all();
  expect(tables).toEqual(
    'alert_history alert_news alerts audit backups channel_health channels copies drills jobs looks manifests one_offs outbox people preferences repository restores scheduled_runs schedules sources store_sums stores tenant_looks tenants upload_parts uploads verifications'.split(
      ' ',
    ),
  );
});

test('a commit is on the disk when it returns, and a deleted backup takes its copies along', ({ state }) => {
  expect(state.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(state.pragma('synchronous', { simple: true })).toBe(2);
  expect(state.pragma('foreign_keys', { simple: true })).toBe(1);
});

test('what was written is there when it is opened again', ({ folder }) => {
  const again = openState(filled(folder), { check: true });
  expect(again.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(500);
  again.close();
});

test('a file from before the first migration is brought up to date', ({ folder }) => {
  new Database(path(folder)).exec('CREATE TABLE notes (text TEXT)').close();
  const state = openState(path(folder), { check: true });
  expect(state.prepare('SELECT count(*) FROM backups').pluck().get()).toBe(0);
  state.close();
});

test('manifests that lay in the rows of their backups are found where they lie now', ({ folder }) => {
  const before = new Database(path(folder));
  const moving = migrations.findIndex((migration) => migration.includes('CREATE TABLE manifests'));
  for (const migration of migrations.slice(0, moving)) before.exec(migration);
  before.pragma(`user_version = ${moving}`);
  const insert = before.prepare(
    `INSERT INTO backups (id, kind, source, filename, status, created_at, manifest) VALUES (?, 'TENANT', 's', ?, ?, '', ?)`,
  );
  insert.run('whole', 'm/1', 'COMPLETED', '{"sequence":7}');
  insert.run('failed', 'm/2', 'FAILED', null);
  before.close();
  const state = openState(path(folder), { check: true });
  const catalogue = new Catalogue(state);
  expect(catalogue.manifest('whole')).toEqual({ sequence: 7 });
  expect(catalogue.manifest('failed')).toBeNull();
  expect(catalogue.list({}, { limit: 10 }).backups.map(({ id }) => id)).toEqual(['whole', 'failed']);
  state.close();
});

test('a migration that fails leaves the file as it was', ({ folder }) => {
  new Database(path(folder)).exec('CREATE TABLE restores (not_ours TEXT)').close();
  expect(() => openState(path(folder), { check: true })).toThrow('already exists');
  const left = new Database(path(folder));
  expect(left.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['restores']);
  expect(left.pragma('user_version', { simple: true })).toBe(0);
  left.close();
});

test('a file that a newer version has written is refused, and left alone', ({ folder }) => {
  const newer = new Database(filled(folder));
  newer.pragma(`user_version = ${migrations.length + 1}`);
  newer.close();
  expect(() => openState(path(folder), { check: true })).toThrow(
    expect.objectContaining({
      code: 'STATE_NEWER',
      details: { path: path(folder), version: migrations.length + 1, known: migrations.length },
    }),
  );
  const left = new Database(path(folder));
  expect(left.pragma('user_version', { simple: true })).toBe(migrations.length + 1);
  left.close();
});

for (const check of [true, false])
  test(`a file that is no database is STATE_CORRUPT ${check ? 'for an owner' : 'for a reader too'}`, ({ folder }) => {
    writeFileSync(path(folder), 'this was a database once '.repeat(100));
    expect(() => openState(path(folder), { check })).toThrow(
      expect.objectContaining({ code: 'STATE_CORRUPT', details: { path: path(folder) } }),
    );
  });

test('a damaged page is found by an owner when it opens the file', ({ folder }) => {
  const file = openSync(filled(folder), 'r+');
  writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, statSync(path(folder)).size - 2 * 4096);
  closeSync(file);
  expect(() => openState(path(folder), { check: true })).toThrow(expect.objectContaining({ code: 'STATE_CORRUPT' }));
});

test('a file that was cut off is STATE_CORRUPT', ({ folder }) => {
  truncateSync(filled(folder), statSync(path(folder)).size - 3 * 4096);
  expect(() => openState(path(folder), { check: true })).toThrow(expect.objectContaining({ code: 'STATE_CORRUPT' }));
});
