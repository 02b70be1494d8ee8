import { escapeIdentifier, type Client } from 'pg';
import type { MergeBlocker } from '../../shared/merge.ts';
import { blocker } from './blockers.ts';
import type { ForeignKey, Trigger } from './describeTables.ts';
import type { MergeTable } from './mergeTable.ts';

/**
 * How triggers and foreign keys are kept out of a merge: as a `replica` none of them fires; where the role may not be
 * one, triggers and rules are turned off one by one and foreign keys are checked by the server itself (`constraints`).
 */
export type SessionKind = 'replica' | 'constraints';

/** Writers that hold a table are waited for no longer: nobody shall queue behind a merge. */
export const lockTimeoutMs = 5000;

/** Begins a transaction of a merge: the one that writes, or one that only compares, sees one moment and locks nothing. */
export async function beginMerge(live: Client, comparing: boolean): Promise<SessionKind> {
  await live.query(`BEGIN ISOLATION LEVEL ${comparing ? 'REPEATABLE READ' : 'READ COMMITTED'} READ WRITE`);
  await live.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  await live.query('SET LOCAL row_security = off');
  await live.query('SET LOCAL synchronous_commit = on');
  await prepareToCompare(live);
  await live.query('SAVEPOINT replica');
  try {
    await live.query('SET LOCAL session_replication_role = replica');
    await live.query('RELEASE SAVEPOINT replica');
    return 'replica';
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    await live.query('ROLLBACK TO SAVEPOINT replica');
    await live.query('RELEASE SAVEPOINT replica');
    return 'constraints';
  }
}

/**
 * Every statement of a merge is run once: to compile it costs more than it saves, and so does a close look at temporary
 * tables. Tables are joined as wholes, and the transaction takes the time that it needs.
 */
export async function prepareToCompare(client: Client): Promise<void> {
  await client.query(`SET LOCAL jit = off; SET LOCAL work_mem = '32MB'; SET LOCAL default_statistics_target = 20`);
  await client.query(
    `SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN ('transaction_timeout', 'idle_session_timeout')`,
  );
}

/** Triggers and rules that would fire and cannot be kept from it, and circles of foreign keys that no order satisfies. */
export function sessionBlockers(
  session: SessionKind,
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): MergeBlocker[] {
  const blockers: MergeBlocker[] = [];
  for (const { live } of tables) {
    const firing = live.triggers.filter((trigger) => fires(trigger, session));
    if (firing.length > 0 && (session === 'replica' || !live.owned))
      blockers.push(blocker('TRIGGER_FIRES', live.name, 0, firing.map(({ name }) => name).join(', ')));
  }
  if (session === 'constraints') {
    const { circle } = inOrder(tables, foreignKeys);
    const keys = (oid: number) =>
      foreignKeys.filter(({ child, deferrable }) => child === oid && !deferrable).map(({ name }) => name);
    for (const { live } of circle)
      blockers.push(blocker('KEYS_NOT_DEFERRABLE', live.name, 0, keys(live.oid).join(', ')));
  }
  return blockers;
}

/** Turns off what would fire, in this transaction. @returns what turns it on again. */
export async function silenceTriggers(
  live: Client,
  session: SessionKind,
  tables: readonly MergeTable[],
): Promise<() => Promise<void>> {
  if (session === 'replica') return () => Promise.resolve();
  await live.query('SET CONSTRAINTS ALL DEFERRED');
  const firing = tables.flatMap((table) => table.live.triggers.filter((trigger) => fires(trigger, session)));
  for (const { kind, on, name } of firing)
    await live.query(`ALTER TABLE ONLY ${on} DISABLE ${kind} ${escapeIdentifier(name)}`);
  return async () => {
    await live.query('SET CONSTRAINTS ALL IMMEDIATE'); // a table with checks to come cannot be altered
    for (const { kind, on, name, state } of firing)
      await live.query(
        `ALTER TABLE ONLY ${on} ENABLE ${state === 'A' ? 'ALWAYS ' : ''}${kind} ${escapeIdentifier(name)}`,
      );
  };
}

/** Parents before their children, as far as keys that cannot be deferred demand it. */
export function inOrder(
  tables: readonly MergeTable[],
  foreignKeys: readonly ForeignKey[],
): { ordered: MergeTable[]; circle: MergeTable[] } {
  const oids = new Set(tables.map(({ live }) => live.oid));
  const strict = foreignKeys.filter(
    ({ child, parent, deferrable }) => !deferrable && child !== parent && oids.has(child) && oids.has(parent),
  );
  const ordered: MergeTable[] = [];
  const placed = new Set<number>();
  let left = [...tables];
  for (;;) {
    const next = left.filter(({ live }) =>
      strict.every(({ child, parent }) => child !== live.oid || placed.has(parent)),
    );
    if (next.length === 0) return { ordered: [...ordered, ...left], circle: left };
    ordered.push(...next);
    for (const { live } of next) placed.add(live.oid);
    left = left.filter(({ live }) => !placed.has(live.oid));
  }
}

function fires({ state }: Trigger, session: SessionKind): boolean {
  return session === 'replica' ? state !== 'O' : state !== 'R';
}
