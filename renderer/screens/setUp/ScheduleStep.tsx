import { Alert, Stack } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useConsole } from '../../stores/consoleStore.ts';
import { useAnswer } from '../../useAnswer.ts';
import { PausedNotice } from '../../components/PausedNotice.tsx';
import { ScheduleTable } from '../../components/schedule/ScheduleTable.tsx';
import { StepFoot } from './StepFoot.tsx';

/** Step 4: what runs by itself from now on, to be changed or left as it is. */
export function ScheduleStep() {
  const desktop = useConsole(({ state }) => state?.host === 'desktop');
  const { value, failure, again } = useAnswer('schedules.list', {}, ['schedules', 'sources', 'jobs']);
  return (
    <Stack gap="md">
      <Alert variant="light" icon={<IconInfoCircle size={18} aria-hidden />} title="This runs by itself from now on">
        {desktop
          ? 'While Strongroom is open or in the tray; Settings → Desktop starts it with the computer. '
          : 'While “strongroom serve” runs. '}
        Where the machine slept or was off, what was missed runs once when it is back. Everything can be changed later
        under Schedule.
      </Alert>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the schedule" />}
      {value?.paused && <PausedNotice paused={value.paused} />}
      {value && value.schedules.length > 0 && (
        <ScheduleTable schedules={value.schedules} paused={value.paused !== null} />
      )}
      {value?.schedules.length === 0 && 'The schedule comes with the first database: connect one in the first step.'}
      <StepFoot step="schedule" ready />
    </Stack>
  );
}
