import { Alert, Button, List } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { BlockerKind, MergeBlocker } from '../../../../../shared/merge.ts';
import { placeOf } from '../../../tenants/place.ts';

const ownerAdvice =
  'Say on the screen Tenants, under Row-level security, which column is the owner, or leave the table alone.';

/** What to do about each kind of blocker. */
const advice: Record<BlockerKind, string> = {
  NO_KEY: 'Leave the table alone, or give it a primary key.',
  TABLE_MISSING: 'Leave the table alone, or restore into a new database.',
  COLUMN_MISSING: 'Bring the live table to the shape of the backup, leave it alone, or restore into a new database.',
  VALUE_NEEDED: 'Give the column a default for the time of the merge, or leave the table alone.',
  OTHER_TENANT:
    'Somebody else has these keys now: leave the table alone, or restore into a new database and take over by hand.',
  OWNER_LOST:
    'Merge once with this table left alone, which puts back what these rows refer to, and then this table; or delete these rows.',
  OWNER_UNCLEAR: ownerAdvice,
  POLICY_DIFFERS: ownerAdvice,
  UNIQUE_TAKEN: 'Remove or rename the newer rows, or leave the table alone.',
  PARENT_MISSING: 'Do not leave out the table that they refer to, or put those rows back first.',
  STILL_REFERRED: 'Choose another policy for this table, so that these rows stay.',
  TRIGGER_FIRES:
    'Disable what is set to fire always while you merge; else merge as a role that may set session_replication_role; the SQL for the role of restores grants it.',
  KEYS_NOT_DEFERRABLE:
    'Merge as a role that may set session_replication_role; the SQL for the role of restores grants it.',
};

interface BlockersProps {
  blockers: readonly MergeBlocker[];
  source: string;
  /** Something else was chosen since, so that it is not known whether they still hold. */
  outdated: boolean;
  onLeave: (table: string) => void;
}

/** Why a merge is refused, and what to do about it; the list of tables changes what is done with each. */
export function Blockers({ blockers, source, outdated, onLeave }: BlockersProps) {
  if (blockers.length === 0) return null;
  return (
    <Alert
      color={outdated ? 'yellow' : 'red'}
      icon={<IconAlertTriangle size={18} />}
      title={
        outdated
          ? 'This stood in the way when the rows were compared'
          : 'It cannot be merged like this; nothing was changed'
      }
      maw={820}
    >
      <List spacing={6} size="sm">
        {blockers.map(({ kind, table, sentence }, index) => (
          <List.Item key={`${kind} ${table} ${sentence}`} style={{ overflowWrap: 'anywhere' }}>
            {sentence}. <strong>{advice[kind]}</strong>{' '}
            {advice[kind] === ownerAdvice && (
              <>
                <Link href={placeOf({ source, part: 'rows' })}>Whose the rows are</Link>{' '}
              </>
            )}
            {blockers.findIndex((other) => other.table === table) === index && (
              <Button size="compact-xs" variant="default" onClick={() => onLeave(table)}>
                Leave {table} alone
              </Button>
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
