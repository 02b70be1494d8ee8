import { Button, Table, Text } from '@mantine/core';
import type { OneOffView } from '../../../shared/contract/schedules.ts';
import { scheduledKindNames } from '../../../shared/schedule.ts';
import { act, tellFailure } from '../../act.ts';
import { StateMark } from '../../components/StateMark.tsx';
import { runOutcome } from '../../components/schedule/runWords.ts';
import look from '../../components/schedule/Schedule.module.css';
import { ownZone, timeIn } from '../../components/schedule/zoneTime.ts';

/** What somebody wants once, and what came of it. */
export function OneOffs({ oneOffs }: { oneOffs: readonly OneOffView[] }) {
  if (oneOffs.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing is planned for a single time.
      </Text>
    );
  return (
    <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label="Planned once, a table">
      <Table aria-label="Planned once" verticalSpacing={4} className={look.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Job</Table.Th>
            <Table.Th>When</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>
              <span className={look.hidden}>What can be done</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {oneOffs.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Th scope="row" className={look.name}>
                {scheduledKindNames[one.kind]}
                <div className={look.source}>{aboutOf(one)}</div>
              </Table.Th>
              <Table.Td>
                <time dateTime={one.at}>{timeIn(ownZone, one.at)}</time>
              </Table.Td>
              <Table.Td>
                {one.jobId === null ? (
                  <StateMark tone="neutral" word="Waits" />
                ) : (
                  <StateMark {...runOutcome(one.outcome)} />
                )}
              </Table.Td>
              <Table.Td ta="right">
                {one.jobId === null && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Take back: ${scheduledKindNames[one.kind]} ${timeIn(ownZone, one.at)}`}
                    onClick={() => act('schedules.cancel', { id: one.id }).catch(tellFailure)}
                  >
                    Take back
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function aboutOf({ source, tenants, note }: OneOffView): string {
  const some = tenants && (tenants.length === 1 ? `tenant ${tenants[0]}` : `${tenants.length} tenants`);
  return [source, some, note].filter(Boolean).join(' · ');
}
