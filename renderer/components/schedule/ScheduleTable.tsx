import { Button, Group, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { scheduledKindNames } from '../../../shared/schedule.ts';
import { act, sentence, tellFailure } from '../../act.ts';
import { Moment } from '../Moment.tsx';
import { StateMark } from '../StateMark.tsx';
import { EditSchedule } from './EditSchedule.tsx';
import { missedWords, runOutcome } from './runWords.ts';
import look from './Schedule.module.css';
import { ownZone, timeIn } from './zoneTime.ts';

/** Schedules with their next and last runs. @param paused nothing begins by itself. */
export function ScheduleTable({ schedules, paused }: { schedules: readonly ScheduleView[]; paused: boolean }) {
  const [edited, setEdited] = useState<string | null>(null);
  const chosen = schedules.find(({ id }) => id === edited);
  return (
    <>
      <Table.ScrollContainer minWidth={760} type="native" tabIndex={0} role="region" aria-label="The schedule, a table">
        <Table aria-label="Schedule" verticalSpacing={4} layout="fixed" className={look.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="20%">Job</Table.Th>
              <Table.Th w="20%">When</Table.Th>
              <Table.Th w="18%">Next</Table.Th>
              <Table.Th>Last</Table.Th>
              <Table.Th w={172}>
                <span className={look.hidden}>What can be done</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {schedules.map((schedule) => (
              <Row key={schedule.id} schedule={schedule} paused={paused} onEdit={() => setEdited(schedule.id)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {chosen && <EditSchedule key={chosen.id} schedule={chosen} onClose={() => setEdited(null)} />}
    </>
  );
}

function Row({ schedule, paused, onEdit }: { schedule: ScheduleView; paused: boolean; onEdit: () => void }) {
  const { id, kind, source, words, zone, enabled } = schedule;
  const name = [scheduledKindNames[kind], source].filter(Boolean).join(' of ');
  return (
    <Table.Tr>
      <Table.Th scope="row" className={look.name}>
        {scheduledKindNames[kind]}
        {source !== null && (
          <div className={look.source} title={source}>
            {source}
          </div>
        )}
      </Table.Th>
      <Table.Td>
        {words}
        {zone !== ownZone && <div className={look.dim}>{zone}</div>}
      </Table.Td>
      <Table.Td>
        <Next schedule={schedule} paused={paused && kind !== 'health'} />
      </Table.Td>
      <Table.Td>
        <Last schedule={schedule} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Run now: ${name}`}
            onClick={() => act('schedules.run', { id }).catch(tellFailure)}
          >
            Run now
          </Button>
          <Button size="compact-xs" variant="default" aria-label={`Edit: ${name}`} onClick={onEdit}>
            {enabled ? 'Edit' : 'Turn on'}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Next({ schedule: { next, enabled, zone }, paused }: { schedule: ScheduleView; paused: boolean }) {
  if (!enabled) return <StateMark tone="neutral" word="Off" />;
  if (next === null) return <StateMark tone="warning" word="Never" />;
  if (paused) return <StateMark tone="warning" word="Paused" />;
  if (Date.parse(next) <= Date.now()) return <StateMark tone="working" word="Due now" />;
  return <time dateTime={next}>{timeIn(zone, next)}</time>;
}

function Last({ schedule: { last } }: { schedule: ScheduleView }) {
  if (!last)
    return (
      <Text inherit c="dimmed">
        never by itself
      </Text>
    );
  const missed = missedWords(last.missed);
  return (
    <>
      <Group gap={8} wrap="nowrap">
        <StateMark {...runOutcome(last.outcome)} />
        <Moment at={last.claimedAt} />
      </Group>
      {missed && <div className={look.dim}>{missed}</div>}
      {last.reason && last.outcome !== 'CANCELLED' && <div className={look.reason}>{sentence(last.reason)}</div>}
    </>
  );
}
