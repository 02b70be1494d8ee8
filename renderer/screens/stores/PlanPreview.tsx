import { ScrollArea, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { PlannedCopyView } from '../../../shared/contract/retention.ts';
import { formatBytes, formatCount, formatMoment } from '../../../shared/format.ts';
import type { RetentionPolicy } from '../../../shared/retention.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { kindWords } from '../../components/backupWords.ts';
import { useAnswer } from '../../useAnswer.ts';

/** Of each list; the counts are of everything. */
const mostShown = 200;

/** What would go from a store by a policy and what would stay: counts first, then each copy with its reason. */
export function PlanPreview({ store, policy }: { store: string; policy: RetentionPolicy | null }) {
  const { value, failure } = useAnswer('retention.preview', { store, policy, limit: mostShown }, ['backups']);
  const [list, setList] = useState<'delete' | 'keep'>('delete');
  if (failure && !value) return <FailureNotice failure={failure} />;
  const counts = value?.stores.find((known) => known.store === store);
  if (!value || !counts)
    return (
      <Text size="sm" c="dimmed" role="status">
        Looking at what would go …
      </Text>
    );
  const copies = value[list];
  const total = list === 'delete' ? counts.deleteCount : counts.keepCount;
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {counts.deleteCount === 0 ? (
          'Nothing would go now.'
        ) : (
          <>
            <strong>
              {formatCount(counts.deleteCount)} {counts.deleteCount === 1 ? 'copy' : 'copies'}
            </strong>{' '}
            would go, {formatBytes(counts.deleteBytes)}.
          </>
        )}{' '}
        {formatCount(counts.keepCount)} would stay, {formatBytes(counts.keepBytes)}.
      </Text>
      <SegmentedControl
        size="xs"
        aria-label="Which copies to show"
        data={[
          { value: 'delete', label: 'What would go' },
          { value: 'keep', label: 'What would stay' },
        ]}
        value={list}
        onChange={setList}
      />
      {copies.length > 0 && <Copies copies={copies} list={list} />}
      {total > copies.length && (
        <Text size="xs" c="dimmed">
          The oldest {formatCount(copies.length)} of {formatCount(total)}.
        </Text>
      )}
    </Stack>
  );
}

function Copies({ copies, list }: { copies: PlannedCopyView[]; list: 'delete' | 'keep' }) {
  const name = list === 'delete' ? 'Copies that would go' : 'Copies that would stay';
  return (
    <ScrollArea.Autosize mah={220} type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': name }}>
      <Table aria-label={name} verticalSpacing={3} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Taken</Table.Th>
            <Table.Th>Of</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            <Table.Th>{list === 'delete' ? 'Why it would go' : 'Why it would stay'}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {copies.map(({ id, createdAt, source, tenant, kind, sizeBytes, reason }) => (
            <Table.Tr key={id}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatMoment(createdAt).slice(0, 16)}</Table.Td>
              <Table.Td>
                {tenant === null ? source : `${source}/${tenant}`} ({kindWords[kind].toLowerCase()})
              </Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                {formatBytes(sizeBytes)}
              </Table.Td>
              <Table.Td>{reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
