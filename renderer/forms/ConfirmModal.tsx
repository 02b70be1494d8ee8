import { Button, Group, Modal, Stack } from '@mantine/core';
import { useEffect, type FormEvent, type ReactNode } from 'react';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { useAttempt } from './useAttempt.ts';

interface ConfirmModalProps {
  opened: boolean;
  onClose: () => void;
  /** The question. */
  title: string;
  /** What is lost, and what stays; and fields where something has to be typed. */
  children: ReactNode;
  /** What the other button leaves. */
  keep?: string;
  /** What the button does, as a verb: "Remove the store". */
  action: string;
  work: () => Promise<unknown>;
  /** Whether what was typed is right; what is wrong is told beside its field then. */
  isRight?: () => boolean;
  size?: 'md' | 'lg';
}

/** Asks before something is taken away. A refusal is shown here, and nothing has been lost then. */
export function ConfirmModal({
  opened,
  onClose,
  title,
  children,
  keep = 'Keep it',
  action,
  work,
  isRight = () => true,
  size = 'md',
}: ConfirmModalProps) {
  const { busy, failure, attempt, forget } = useAttempt();
  useEffect(() => {
    if (opened) forget();
  }, [opened, forget]);
  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    if (isRight() && (await attempt(work))) onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      size={size}
    >
      <form onSubmit={(event) => void confirm(event)} noValidate>
        <Stack gap="sm">
          {children}
          {failure && <FailureNotice failure={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} data-autofocus>
              {keep}
            </Button>
            <Button type="submit" color="red" loading={busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
