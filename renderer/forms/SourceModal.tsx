import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePinWait } from '../act.ts';

interface SourceModalProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** Asked for anew each time that it is opened. */
  children: ReactNode;
}

/** Settings of one database; Escape belongs to the question for the PIN while that is open above it. */
export function SourceModal({ title, opened, onClose, children }: SourceModalProps) {
  const waitsForPin = usePinWait(({ wait }) => wait !== null);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnEscape={!waitsForPin}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened && children}
    </Modal>
  );
}
