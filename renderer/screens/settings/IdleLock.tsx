import { Group, NativeSelect, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';

const choices = [1, 5, 10, 15, 30, 60, 120, 240];

/** After how many idle minutes a window locks itself. */
export function IdleLock({ minutes }: { minutes: number }) {
  const [chosen, setChosen] = useState(minutes);
  const { busy, failure, attempt } = useAttempt();
  const choose = async (next: number) => {
    setChosen(next);
    if (await attempt(() => act('access.setIdleLock', { minutes: next })))
      notifications.show({
        message: next === 0 ? 'Windows stay unlocked.' : `Windows lock after ${next} idle minutes.`,
      });
    else setChosen(minutes);
  };
  const offered = [...new Set([...choices, ...(chosen > 0 ? [chosen] : [])])].toSorted((a, b) => a - b);
  return (
    <Stack gap="sm">
      <Group>
        <NativeSelect
          label="Lock an unlocked window"
          description="Jobs go on; looking stays possible."
          data={[
            ...offered.map((value) => ({
              value: String(value),
              label: `after ${value} idle ${value === 1 ? 'minute' : 'minutes'}`,
            })),
            { value: '0', label: 'never' },
          ]}
          value={String(chosen)}
          disabled={busy}
          onChange={({ currentTarget }) => void choose(Number(currentTarget.value))}
        />
      </Group>
      {failure && <FailureNotice failure={failure} />}
    </Stack>
  );
}
