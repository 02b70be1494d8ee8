import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import type { Cluster } from './cluster.ts';

/**
 * A database whose restore can be held still, without any guess about time: the rows of the table `gated`, and then its
 * index, pass a gate that is shut as long as a file is there.
 */
export const gatedDatabase = `
CREATE FUNCTION pass(place text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $f$
BEGIN
  IF current_setting('app.gate', true) <> '' AND pg_catalog.current_database() ~ '^strongroom' THEN
    WHILE (pg_catalog.pg_stat_file(current_setting('app.gate') || '/' || place, true)).size IS NOT NULL LOOP
      PERFORM pg_catalog.pg_sleep(0.02);
    END LOOP;
  END IF;
  RETURN true;
END $f$;
CREATE TABLE gated (id int CHECK (public.pass('loading rows')), note text);
INSERT INTO gated SELECT g, repeat('note ', 30) FROM generate_series(1, 2000) g;
CREATE INDEX gated_index ON gated (id) WHERE public.pass('building indexes');
SELECT lo_from_bytea(0, 'an object beside the rows');`;

/** The stages of a restore at which a gate can stand. */
export type GatedStage = 'loading rows' | 'building indexes';

export interface Gate {
  /** Waits until a restore stands before it. */
  reached(): Promise<void>;
  open(): void;
}

/** Shuts a gate for every restore on this server, until it is opened. */
export async function shutGate(cluster: Cluster, stage: GatedStage): Promise<Gate> {
  const folder = join(dirname(cluster.dataDir), 'gate');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const file = join(folder, stage);
  writeFileSync(file, 'shut');
  await cluster.psql('postgres', `ALTER ROLE postgres SET app.gate = '${folder}';`);
  const waiting = `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname LIKE 'strongroom%' AND wait_event = 'PgSleep';`;
  return {
    reached: () => expect.poll(() => cluster.psql('postgres', waiting), { timeout: 60_000 }).toBe('t'),
    open: () => rmSync(file, { force: true }),
  };
}
