import type { EndedJob, Facts, SourceFacts, StoreFacts, TestedPart } from '../../../main/alerts/facts.ts';
import { dayMs, hourMs } from '../../../main/alerts/rule.ts';

/** A moment of a fake clock. */
export const noon = Date.parse('2026-11-22T12:00:00Z');

const minuteMs = 60_000;

/** A database with which nothing is wrong. */
export function aSource(parts: Partial<SourceFacts> = {}): SourceFacts {
  return {
    name: 'shop',
    addedAt: noon - 100 * dayMs,
    look: { at: noon - minuteMs, failure: null, failingSince: null, seen: { skewSeconds: 0, tools: [] } },
    newestGoodAt: noon - 10 * hourMs,
    newestGoodId: '01B',
    configurationAt: noon - 8 * hourMs,
    series: [],
    provenAt: noon - dayMs,
    restoredAt: noon - dayMs,
    failedRestore: null,
    tests: [],
    tenants: null,
    ...parts,
  };
}

/** A store with which nothing is wrong. */
export function aStore(parts: Partial<StoreFacts> = {}): StoreFacts {
  return {
    name: 'local',
    kind: 'local',
    primary: true,
    addedAt: noon - 100 * dayMs,
    backAt: null,
    look: {
      at: noon - minuteMs,
      failure: null,
      failingSince: null,
      seen: { writable: true, usedBytes: 10e9, capacityBytes: 100e9, freeBytes: 60e9 },
    },
    missing: { count: 0, oldestAt: null, oldestId: null },
    bad: { count: 0, lost: 0, newestId: null, foundAt: null },
    ...parts,
  };
}

export function aCloud(parts: Partial<StoreFacts> = {}): StoreFacts {
  const seen = { writable: true, usedBytes: 10e9, capacityBytes: null, freeBytes: null };
  const look = { at: noon - minuteMs, failure: null, failingSince: null, seen };
  return aStore({ name: 'r2', kind: 'r2', primary: false, look, ...parts });
}

export function aJob(parts: Partial<EndedJob> = {}): EndedJob {
  return {
    id: '01J',
    kind: 'backup full',
    subject: 'shop',
    part: null,
    status: 'DONE',
    startedAt: noon - hourMs,
    endedAt: noon - hourMs / 2,
    failure: null,
    ...parts,
  };
}

/** A look that has failed since then. */
export function downSince(since: number, at = noon - minuteMs) {
  const failure = { code: 'STORE_UNREACHABLE', message: 'nothing answers', hint: 'Look at the network.' };
  return { at, failure, failingSince: since, seen: null };
}

export function facts(parts: Partial<Facts> = {}): Facts {
  return {
    now: noon,
    sources: [aSource()],
    stores: [aStore(), aCloud()],
    jobs: [],
    checked: { integrity: noon - hourMs, cleanup: noon - 7 * hourMs },
    running: [],
    channels: [],
    pause: null,
    ...parts,
  };
}

/** A database of which these parts were tested, of backups that are still there. */
export function tested(...tests: Omit<TestedPart, 'gone'>[]): Facts {
  return facts({ sources: [aSource({ tests: tests.map((test) => ({ ...test, gone: false })) })] });
}
