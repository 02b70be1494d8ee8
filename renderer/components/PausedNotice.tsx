import { Alert, Button, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { formatMoment } from '../../shared/format.ts';
import { act, tellFailure } from '../act.ts';
import { Moment } from './Moment.tsx';

/** Says loudly that nothing begins by itself, and ends that. */
export function PausedNotice({ paused: { since, by } }: { paused: { since: string; by: string } }) {
  return (
    <Alert
      color="yellow"
      icon={<IconPlayerPause size={18} aria-hidden />}
      title="Paused: nothing runs by itself, also no backup"
    >
      <Text size="sm" mb="xs" style={{ overflowWrap: 'anywhere' }}>
        {by} has paused the schedule <Moment at={since} /> ({formatMoment(since)}). What is missed meanwhile runs once
        when it goes on.
      </Text>
      <Button
        size="compact-sm"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        onClick={() => act('schedules.resume', {}).catch(tellFailure)}
      >
        Go on
      </Button>
    </Alert>
  );
}
