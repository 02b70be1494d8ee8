import { Group, Progress, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { StoreView } from '../../../shared/contract/stores.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Section } from '../../components/Section.tsx';

/** From here on a disk counts as nearly full. */
const nearlyFull = 0.8;

/** How full the stores are, as meters or as a table. What nobody can say is said to be not known. */
export function Capacity({ stores }: { stores: StoreView[] }) {
  const [shape, setShape] = useState('meters');
  return (
    <Section
      title="Capacity"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Show the capacity as"
          data={[
            { value: 'meters', label: 'Meters' },
            { value: 'table', label: 'Table' },
          ]}
          value={shape}
          onChange={setShape}
        />
      }
    >
      {shape === 'meters' ? (
        <Stack gap="md">
          {stores.map((store) => (
            <Meter key={store.name} store={store} />
          ))}
        </Stack>
      ) : (
        <CapacityTable stores={stores} />
      )}
    </Section>
  );
}

function Meter({ store: { name, kind, copiedBytes, status, statusAt } }: { store: StoreView }) {
  const capacity = status?.capacityBytes ?? null;
  const free = status?.freeBytes ?? null;
  if (capacity === null || free === null || capacity === 0)
    return (
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {formatBytes(copiedBytes)} of backups;{' '}
          {kind === 'local' ? 'how full its disk is was not seen' : 'a bucket has no limit of its own'}
        </Text>
      </Group>
    );
  const ours = Math.min(copiedBytes, capacity - free);
  const others = capacity - free - ours;
  const full = (capacity - free) / capacity;
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="sm">
          {full > nearlyFull && <strong>Nearly full: </strong>}
          {formatBytes(free)} free of {formatBytes(capacity)} · {formatBytes(ours)} of backups
          {statusAt && (
            <>
              {' '}
              · seen <Moment at={statusAt} />
            </>
          )}
        </Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section
          value={percent(ours / capacity)}
          color={full > nearlyFull ? 'red' : 'blue'}
          aria-label={`${name}: backups`}
          aria-valuetext={formatBytes(ours)}
        />
        <Progress.Section
          value={percent(others / capacity)}
          color="gray.5"
          aria-label={`${name}: other files`}
          aria-valuetext={formatBytes(others)}
        />
      </Progress.Root>
    </div>
  );
}

/** With one decimal: a share may be so small that it would be written with an exponent. */
function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}

function CapacityTable({ stores }: { stores: StoreView[] }) {
  const amount = (bytes: number | null | undefined) =>
    bytes === null || bytes === undefined ? 'not known' : <Bytes of={bytes} />;
  return (
    <Table.ScrollContainer minWidth={480} type="native" tabIndex={0} role="region" aria-label="Capacity, a table">
      <Table aria-label="Capacity of the stores" verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Store</Table.Th>
            <Table.Th ta="right">Backups</Table.Th>
            <Table.Th ta="right">Free</Table.Th>
            <Table.Th ta="right">Capacity</Table.Th>
            <Table.Th ta="right">Seen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {stores.map(({ name, copiedBytes, status, statusAt }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td ta="right">{amount(copiedBytes)}</Table.Td>
              <Table.Td ta="right">{amount(status?.freeBytes)}</Table.Td>
              <Table.Td ta="right">{amount(status?.capacityBytes)}</Table.Td>
              <Table.Td ta="right">{statusAt ? <Moment at={statusAt} /> : 'not yet'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
