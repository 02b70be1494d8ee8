import { Button, Group, Modal, Stack } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { useAttempt } from './useAttempt.ts';

interface ConfirmModalProps {
  opened: boolean;
  onClose: () => void;
  /** The question. */
  title: string;
  /** What is lost, and what stays. */
  children: ReactNode;
  /** What the button does, as a verb: "Remove the store". */
  action: string;
  work: () => Promise<unknown>;
}

/** Asks before something is taken away. A refusal is shown here, and nothing has been lost then. */
export function ConfirmModal({ opened, onClose, title, children, action, work }: ConfirmModalProps) {
  const { busy, failure, attempt, forget } = useAttempt();
  useEffect(() => {
    if (opened) forget();
  }, [opened, forget]);
  const confirm = async () => {
    if (await attempt(work)) onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="md"
    >
      <Stack gap="sm">
        {children}
        {failure && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={busy} onClick={confirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
