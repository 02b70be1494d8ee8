import { Button } from '@mantine/core';
import { IconBellOff, IconCheck, IconEye } from '@tabler/icons-react';
import type { Deed } from './ActDialog.tsx';

/** What a person can do to alerts. */
export function ActButtons({ onAct }: { onAct: (deed: Deed) => void }) {
  return (
    <>
      <Button leftSection={<IconEye size={16} aria-hidden />} onClick={() => onAct('acknowledge')}>
        Acknowledge…
      </Button>
      <Button variant="default" leftSection={<IconBellOff size={16} aria-hidden />} onClick={() => onAct('snooze')}>
        Snooze…
      </Button>
      <Button variant="default" leftSection={<IconCheck size={16} aria-hidden />} onClick={() => onAct('resolve')}>
        Resolve…
      </Button>
    </>
  );
}
