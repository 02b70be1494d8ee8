import { assertNever, Failure } from '../../shared/failure.ts';
import { formatCount } from '../../shared/format.ts';
import type { BlockerKind, MergeBlocker } from '../../shared/merge.ts';

/** @param about the other table, the columns, the key: what the sentence names beside the table. */
export function blocker(kind: BlockerKind, table: string, count: number, about = ''): MergeBlocker {
  return { kind, table, count, sentence: sentenceOf(kind, table, count, about) };
}

function sentenceOf(kind: BlockerKind, table: string, count: number, about: string): string {
  const one = count === 1;
  const rows = one ? '1 row' : `${formatCount(count)} rows`;
  switch (kind) {
    case 'NO_KEY':
      return `${table} has no primary key, so its ${rows} cannot be told apart`;
    case 'TABLE_MISSING':
      return `the live database has no table ${table} for ${rows} of the backup`;
    case 'COLUMN_MISSING':
      return `${table} lacks columns for ${rows}: ${about}`;
    case 'VALUE_NEEDED':
      return `${table} needs a value that ${rows} of the backup ${one ? 'does' : 'do'} not have: ${about}`;
    case 'OTHER_TENANT':
      return `${table}: ${rows} of the backup ${one ? 'has an id that belongs' : 'have ids that belong'} to another tenant now`;
    case 'OWNER_LOST':
      return `${table}: ${rows} of the backup ${one ? 'is there already, but is' : 'are there already, but are'} nobody’s: what tells the tenant is gone`;
    case 'OWNER_UNCLEAR':
      return `${table}: ${rows} of the ${about}`;
    case 'POLICY_DIFFERS':
      return `${table}: it is not clear whose its rows are: ${about}`;
    case 'UNIQUE_TAKEN':
      return `${table}: ${rows} of the backup ${one ? 'was' : 'were'} entered again under another id (${about})`;
    case 'PARENT_MISSING':
      return `${table}: ${rows} of the backup ${one ? 'refers' : 'refer'} to rows of ${about} that are gone`;
    case 'STILL_REFERRED':
      return `${table}: ${rows} of ${about} ${one ? 'refers' : 'refer'} to rows that a mirror would delete`;
    case 'TRIGGER_FIRES':
      return `${table} has triggers or rules that would fire and cannot be turned off: ${about}`;
    case 'KEYS_NOT_DEFERRABLE':
      return `${table} is in a circle of foreign keys that cannot be deferred: ${about}`;
    default:
      return assertNever(kind);
  }
}

export function blocked(blockers: readonly MergeBlocker[]): Failure {
  const [first, ...more] = blockers;
  const rest = more.length === 0 ? '' : `, and ${more.length} more ${more.length === 1 ? 'reason' : 'reasons'}`;
  return new Failure(
    'MERGE_BLOCKED',
    `nothing was written: ${first?.sentence ?? ''}${rest}`,
    more.concat(first ?? []).some(({ kind }) => kind === 'OWNER_UNCLEAR' || kind === 'POLICY_DIFFERS')
      ? 'Say which column is the owner (screen Tenants, or strongroom source tenants SOURCE --owner TABLE=COLUMN), or leave a table out with --table-policy TABLE=leave.'
      : 'Clear these up in the live database, give another --policy, or leave a table out with --table-policy TABLE=leave.',
    { details: { blockers } },
  );
}
