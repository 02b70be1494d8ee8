import { Button, Stack, Text } from '@mantine/core';
import { IconCalendarPlus, IconPlayerPause } from '@tabler/icons-react';
import { useState } from 'react';
import type { ScheduleList } from '../../../shared/contract/schedules.ts';
import { scheduledKinds } from '../../../shared/schedule.ts';
import { act, tellFailure } from '../../act.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { Section } from '../../components/Section.tsx';
import { goTo } from '../../hashLocation.ts';
import { useAnswer } from '../../useAnswer.ts';
import { OneOffs } from './OneOffs.tsx';
import { PausedNotice } from '../../components/PausedNotice.tsx';
import { RunOnce } from './RunOnce.tsx';
import { ScheduleTable } from '../../components/schedule/ScheduleTable.tsx';

/** What runs by itself: when next, how it went last; and what shall run once. */
export function Schedule() {
  const { value, failure, again } = useAnswer('schedules.list', {}, ['schedules', 'sources', 'jobs']);
  const [planning, setPlanning] = useState(false);
  return (
    <>
      <PageHead title="Schedule">
        {value && value.schedules.length > 0 && (
          <>
            <Button leftSection={<IconCalendarPlus size={16} aria-hidden />} onClick={() => setPlanning(true)}>
              Run once…
            </Button>
            {!value.paused && (
              <Button
                variant="default"
                leftSection={<IconPlayerPause size={16} aria-hidden />}
                onClick={() => act('schedules.pause', {}).catch(tellFailure)}
              >
                Pause everything
              </Button>
            )}
          </>
        )}
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the schedule" />}
      {value && <Planned list={value} />}
      {value && planning && <RunOnce kinds={value.kinds} onClose={() => setPlanning(false)} />}
    </>
  );
}

function Planned({ list: { schedules, oneOffs, paused } }: { list: ScheduleList }) {
  if (schedules.length === 0)
    return (
      <EmptyState title="No schedule yet" action={<Button onClick={() => goTo('/set-up')}>Connect a database…</Button>}>
        It comes with the first database: a backup every night, until you change that.
      </EmptyState>
    );
  const sorted = schedules.toSorted(
    (a, b) =>
      (a.source ?? '').localeCompare(b.source ?? '') || scheduledKinds.indexOf(a.kind) - scheduledKinds.indexOf(b.kind),
  );
  return (
    <Stack gap="sm">
      {paused && <PausedNotice paused={paused} />}
      <Section title="By itself">
        <ScheduleTable schedules={sorted} paused={paused !== null} />
        <Text size="sm" c="dimmed" mt="xs">
          While this console is open, in the tray or served. What was missed while the machine slept or was off runs
          once, as soon as it can.
        </Text>
      </Section>
      <Section title="Once">
        <OneOffs oneOffs={oneOffs} />
      </Section>
    </Stack>
  );
}
