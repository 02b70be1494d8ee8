import { createHash } from 'node:crypto';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { AuditEntry, ChainedAuditEntry } from '../../shared/contract/access.ts';
import type { State } from './openState.ts';

const columns = 'seq, at, os_user AS osUser, person, action, subject, outcome';

/** What stands before the first entry. */
const noHash = '0'.repeat(64);
const beforeTheFirst: { seq: number; hash: string } = { seq: 0, hash: noHash };

/** So many are looked at before others get their turn. */
const stride = 1000;

/**
 * Who did what, and what came of it. Entries are only added, and each carries the hash of the one before it: one that
 * was changed or taken out afterwards shows.
 */
export class AuditLog {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  add(entry: Omit<AuditEntry, 'seq'>): void {
    this.state
      .transaction(() => {
        const last = this.state.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get();
        const { seq, hash: previousHash } = (last as { seq: number; hash: string } | undefined) ?? {
          seq: 0,
          hash: noHash,
        };
        // Half a character would come back as another one, and look like a forgery.
        const next = { ...entry, subject: entry.subject.toWellFormed(), seq: seq + 1 };
        this.state
          .prepare(
            `INSERT INTO audit (seq, at, os_user, person, action, subject, outcome, previous_hash, hash)
             VALUES (@seq, @at, @osUser, @person, @action, @subject, @outcome, @previousHash, @hash)`,
          )
          .run({ ...next, previousHash, hash: hashOf(next, previousHash) });
      })
      .immediate();
  }

  /** The newest entries; `before` goes on from an older page. */
  page(before: number | null, limit: number): AuditEntry[] {
    return this.state
      .prepare(`SELECT ${columns} FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?`)
      .all(before ?? Number.MAX_SAFE_INTEGER, limit) as AuditEntry[];
  }

  /** Whether every entry is as it was written, and none between them is missing. */
  async intact(): Promise<boolean> {
    let last = beforeTheFirst;
    for (;;) {
      const entries = this.following(last.seq, stride);
      if (firstBreak(entries, last) !== null) return false;
      last = entries.at(-1) ?? last;
      if (entries.length < stride) return true;
      await otherWork();
    }
  }

  /** The entries after one, oldest first, as they are chained. */
  following(seq: number, limit: number): ChainedAuditEntry[] {
    return this.state
      .prepare(`SELECT ${columns}, previous_hash AS previousHash, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`)
      .all(seq, limit) as ChainedAuditEntry[];
  }
}

/** The number of the first entry that is not as it was written, or does not follow the one before it; null: none. */
export function firstBreak(entries: readonly ChainedAuditEntry[], before = beforeTheFirst): number | null {
  let last = before;
  for (const entry of entries) {
    const { seq, previousHash, hash } = entry;
    if (seq !== last.seq + 1 || previousHash !== last.hash || hash !== hashOf(entry, previousHash)) return seq;
    last = { seq, hash };
  }
  return null;
}

/** Over the values in one fixed order, which is the same JSON whenever it is written. */
function hashOf({ seq, at, osUser, person, action, subject, outcome }: AuditEntry, previousHash: string): string {
  const canonical = JSON.stringify([previousHash, seq, at, osUser, person, action, subject, outcome]);
  return createHash('sha256').update(canonical).digest('hex');
}
