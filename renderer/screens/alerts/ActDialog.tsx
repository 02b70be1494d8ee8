import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { notifications } from '@mantine/notifications';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';

export type Deed = 'acknowledge' | 'snooze' | 'resolve';

const words: Record<Deed, { title: string; action: string; done: string; means: string }> = {
  acknowledge: {
    title: 'Acknowledge',
    action: 'Acknowledge',
    done: 'acknowledged',
    means:
      'You look after it. It stays open until evidence shows that it is over, and is told again only if it gets worse.',
  },
  snooze: {
    title: 'Snooze',
    action: 'Snooze',
    done: 'snoozed',
    means: 'It is not told again until then, unless it gets worse.',
  },
  resolve: {
    title: 'Resolve',
    action: 'Resolve',
    done: 'resolved',
    means:
      'It is over because you say so. A failure comes back when it happens again, a state that is still so after a day.',
  },
};

const times = [
  { value: '1', label: '1 hour' },
  { value: '4', label: '4 hours' },
  { value: '8', label: '8 hours' },
  { value: '24', label: '1 day' },
  { value: '72', label: '3 days' },
  { value: '168', label: '1 week' },
];

/** Asks for what is to be remembered about it, and does it to every alert that was chosen. */
export function ActDialog({ deed, ids, onClose }: { deed: Deed | null; ids: readonly string[]; onClose: () => void }) {
  return (
    <Modal
      opened={deed !== null}
      onClose={onClose}
      title={deed === null ? '' : `${words[deed].title} ${ids.length === 1 ? 'this alert' : `${ids.length} alerts`}`}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="md"
    >
      {deed !== null && <Form key={deed} deed={deed} ids={ids} onClose={onClose} />}
    </Modal>
  );
}

function Form({ deed, ids, onClose }: { deed: Deed; ids: readonly string[]; onClose: () => void }) {
  const [text, setText] = useState('');
  const [hours, setHours] = useState('8');
  const { busy, failure, attempt } = useAttempt();
  const { action, done, means } = words[deed];
  const work = async () => {
    const ask = { ids: [...ids], note: text.trim() === '' ? null : text.trim() };
    const { changed } =
      deed === 'acknowledge'
        ? await act('alerts.acknowledge', ask)
        : deed === 'resolve'
          ? await act('alerts.resolve', ask)
          : await act('alerts.snooze', { ...ask, hours: Number(hours) });
    notifications.show({ message: `${changed} ${changed === 1 ? 'alert' : 'alerts'} ${done}.` });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(work).then((went) => went && onClose());
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{means}</Text>
        {deed === 'snooze' && (
          <NativeSelect
            label="For"
            data={times}
            value={hours}
            onChange={({ currentTarget }) => setHours(currentTarget.value)}
          />
        )}
        <TextInput
          label="Note"
          description="What is to be remembered about it; it stands in its history."
          maxLength={500}
          value={text}
          data-autofocus
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        {failure && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={busy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
