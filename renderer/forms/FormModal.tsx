import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePinWait } from '../act.ts';

interface FormModalProps {
  title: string;
  opened?: boolean;
  onClose: () => void;
  size?: 'md' | 'lg' | 'xl';
  /** Made anew each time that it is opened. */
  children: ReactNode;
}

/** A form above the page; Escape belongs to the question for the PIN while that is open above it. */
export function FormModal({ title, opened = true, onClose, size = 'md', children }: FormModalProps) {
  const waitsForPin = usePinWait(({ wait }) => wait !== null);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnEscape={!waitsForPin}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened && children}
    </Modal>
  );
}
