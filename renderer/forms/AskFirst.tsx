import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ComponentProps, ReactNode } from 'react';
import { ConfirmModal } from './ConfirmModal.tsx';

interface AskFirstProps extends Omit<ComponentProps<typeof ConfirmModal>, 'opened' | 'onClose'> {
  /** Three dots at its end say that nothing happens yet. */
  button: string;
  icon: ReactNode;
}

/** A button for something that replaces what is live: it asks first. */
export function AskFirst({ button, icon, ...question }: AskFirstProps) {
  const [asking, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={icon} onClick={open}>
        {button}
      </Button>
      <ConfirmModal {...question} opened={asking} onClose={close} size="lg" />
    </>
  );
}
