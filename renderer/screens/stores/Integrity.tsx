import { Button, Group, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { ReadForecast, ReadLimits } from '../../../shared/integrity.ts';
import { formatBytes, formatCount } from '../../../shared/format.ts';
import { act, tellFailure } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useJobs } from '../../stores/jobStore.ts';
import { useAnswer } from '../../useAnswer.ts';
import { ReadLimitsModal } from './ReadLimitsModal.tsx';

/** How soon every copy of each store is read to its end, and whether its limits let it. */
export function Integrity() {
  const { value, failure, again } = useAnswer('integrity.plan', {}, ['stores', 'backups']);
  const [changing, setChanging] = useState<ReadForecast | null>(null);
  const running = useJobs(({ running: jobs }) => jobs.some(({ kind }) => kind === 'integrity'));
  return (
    <Section title="Are the copies still good?">
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {value && value.stores.length > 0 && (
        <Table.ScrollContainer minWidth={760}>
          <Table aria-label="How soon every copy is read">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Store</Table.Th>
                <Table.Th>In time</Table.Th>
                <Table.Th>Longest not read</Table.Th>
                <Table.Th>Never read</Table.Th>
                <Table.Th>Read this month</Table.Th>
                <Table.Th>Wanted</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {value.stores.map((plan) => (
                <Table.Tr key={plan.store}>
                  <Table.Td>{plan.store}</Table.Td>
                  <Table.Td>
                    <StateMark {...markOf(plan)} />
                  </Table.Td>
                  <Table.Td>{plan.oldestReadAt === null ? '–' : <Moment at={plan.oldestReadAt} />}</Table.Td>
                  <Table.Td>
                    {formatCount(plan.neverRead)} of {formatCount(plan.copies)}
                  </Table.Td>
                  <Table.Td>{formatBytes(plan.spentThisMonth)}</Table.Td>
                  <Table.Td>
                    all every {plan.limits.days === 1 ? 'day' : `${plan.limits.days} days`}
                    {limitWords(plan.limits)}
                  </Table.Td>
                  <Table.Td ta="right">
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Change how much of ${plan.store} is read`}
                      onClick={() => setChanging(plan)}
                    >
                      Change…
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Group justify="space-between" mt="xs">
        <Text size="sm">
          A check looks for every copy in every store, reads some of them to their end, and makes bad ones again from
          good ones.
        </Text>
        <Button variant="default" loading={running} onClick={() => act('integrity.start', {}).catch(tellFailure)}>
          Check now
        </Button>
      </Group>
      {changing && <ReadLimitsModal of={changing} onClose={() => setChanging(null)} />}
    </Section>
  );
}

function markOf({ suffices, wholeInDays, copies }: ReadForecast): {
  tone: 'good' | 'warning' | 'unknown';
  word: string;
} {
  if (copies === 0) return { tone: 'unknown', word: 'No copy yet' };
  if (suffices)
    return { tone: 'good', word: `All read again within ${(wholeInDays ?? 0) <= 1 ? 'a day' : `${wholeInDays} days`}` };
  return {
    tone: 'warning',
    word: wholeInDays === null ? 'The limits are too small' : `Too slow: ${wholeInDays} days`,
  };
}

function limitWords({ bytesPerDay, bytesPerMonth }: ReadLimits): string {
  return [
    bytesPerDay === null ? '' : `, at most ${formatBytes(bytesPerDay)} a day`,
    bytesPerMonth === null ? '' : `, at most ${formatBytes(bytesPerMonth)} a month`,
  ].join('');
}
