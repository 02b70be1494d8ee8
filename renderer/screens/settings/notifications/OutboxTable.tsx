import { Table } from '@mantine/core';
import type { OutboxEntry } from '../../../../shared/contract/notify.ts';
import { Moment } from '../../../components/Moment.tsx';
import { Section } from '../../../components/Section.tsx';
import { StateMark } from '../../../components/StateMark.tsx';
import { useAnswer } from '../../../useAnswer.ts';

/** What waits to be told, and what was given up; nothing where there is neither. */
export function OutboxTable() {
  const { value } = useAnswer('notify.outbox', {}, ['channels', 'jobs']);
  if (!value || value.entries.length === 0) return null;
  return (
    <Section title="Not told yet">
      <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label="Not told yet, a table">
        <Table aria-label="Not told yet" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Since</Table.Th>
              <Table.Th>Channel</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>What</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {value.entries.map((entry) => (
              <Table.Tr key={entry.id}>
                <Table.Td>
                  <Moment at={entry.createdAt} />
                </Table.Td>
                <Table.Td>{entry.channel}</Table.Td>
                <Table.Td>
                  <EntryState entry={entry} />
                </Table.Td>
                <Table.Td>{entry.what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

function EntryState({ entry: { status, held, attempts } }: { entry: OutboxEntry }) {
  if (status === 'GIVEN_UP') return <StateMark tone="bad" word="Given up" />;
  if (held) return <StateMark tone="neutral" word="Quiet hours" />;
  if (attempts === 0) return <StateMark tone="working" word="Goes out" />;
  return <StateMark tone="warning" word={`Tried ${attempts} ${attempts === 1 ? 'time' : 'times'}`} />;
}
