import { Anchor, Paper, Stack, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Copy } from '../../../shared/backup.ts';
import { formatBytes, formatCount, formatDuration } from '../../../shared/format.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Moment } from '../../components/Moment.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import type { Tone } from '../../components/tone.ts';
import { useAnswer } from '../../useAnswer.ts';

/** The newest backup of a source with its copies; nothing where there is none yet. */
export function FirstBackupResult({ source }: { source: string }) {
  const { value, failure, again } = useAnswer(
    'backups.page',
    { filter: { source, kind: 'FULL_DATABASE' }, sort: 'created', descending: true, cursor: null, limit: 1 },
    ['backups'],
  );
  if (failure) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the newest backup" />;
  const backup = value.backups[0];
  if (!backup)
    return (
      <Text size="sm">
        There is no backup of {source} yet. The first one shows what it costs: how long it takes, and how large it is.
        The shop goes on working meanwhile.
      </Text>
    );
  const whole = backup.status === 'COMPLETED' || backup.status === 'VERIFIED';
  const good = backup.copies.filter(({ state }) => state === 'STORED').length;
  return (
    <Paper withBorder p="md" component="section" aria-label="The newest backup">
      <Stack gap="sm">
        <div role="status">
          <StateMark
            tone={!whole ? 'bad' : good === backup.copies.length ? 'good' : 'warning'}
            word={whole ? `Backed up, ${good} of ${backup.copies.length} copies good` : 'Not whole'}
          />
        </div>
        <Text size="sm">
          <Anchor component={Link} href={`/backups/${backup.id}`} underline="always">
            The backup
          </Anchor>{' '}
          was made <Moment at={backup.createdAt} />: {formatBytes(backup.plainBytes)} of data,{' '}
          <span title={`${formatCount(backup.sizeBytes)} bytes`}>{formatBytes(backup.sizeBytes)}</span> stored
          {backup.durationSeconds !== null && `, in ${formatDuration(backup.durationSeconds)}`}.
        </Text>
        <CopyTable copies={backup.copies} />
      </Stack>
    </Paper>
  );
}

const copyWords: Record<Copy['state'], { tone: Tone; word: string }> = {
  PENDING: { tone: 'unknown', word: 'Not there yet' },
  UPLOADING: { tone: 'working', word: 'Being copied' },
  STORED: { tone: 'good', word: 'Stored' },
  FAILED: { tone: 'bad', word: 'Failed' },
  MISSING: { tone: 'bad', word: 'Missing' },
  DAMAGED: { tone: 'bad', word: 'Damaged' },
  DELETING: { tone: 'working', word: 'Being deleted' },
  DELETED: { tone: 'unknown', word: 'Deleted' },
};

function CopyTable({ copies }: { copies: Copy[] }) {
  const troubled = copies.some(({ reason }) => reason !== null);
  return (
    <Table aria-label="Copies" verticalSpacing={5}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Store</Table.Th>
          <Table.Th>Copy</Table.Th>
          <Table.Th>Size</Table.Th>
          {troubled && <Table.Th>Why not</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {copies.map(({ store, state, sizeBytes, reason }) => (
          <Table.Tr key={store}>
            <Table.Th scope="row">{store}</Table.Th>
            <Table.Td>
              <StateMark {...copyWords[state]} />
            </Table.Td>
            <Table.Td>{formatBytes(sizeBytes)}</Table.Td>
            {troubled && <Table.Td>{reason}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
