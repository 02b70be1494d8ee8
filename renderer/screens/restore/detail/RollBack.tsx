import { Button, Group, List, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { Restore } from '../../../../shared/restore.ts';
import { act } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { useAttempt } from '../../../forms/useAttempt.ts';

/** Undoes a swap, after saying what becomes of both databases. */
export function RollBack({ restore: { id, target, replaced } }: { restore: Restore }) {
  const [asking, { open, close }] = useDisclosure(false);
  const { busy, failure, attempt } = useAttempt();

  const rollBack = async () => {
    if (await attempt(() => act('restores.rollback', { id }))) close();
  };

  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={open}>
        Roll back…
      </Button>
      <Modal
        opened={asking}
        onClose={close}
        title={`Undo the swap of ${target}?`}
        size="lg"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="md">
          <List size="sm" spacing={4}>
            <List.Item>
              {replaced} becomes {target} again, as it was before the swap. Whoever is connected is disconnected for a
              moment.
            </List.Item>
            <List.Item>
              The restored database is kept beside it under another name, with everything that was entered since the
              swap; {target} will not have that.
            </List.Item>
          </List>
          {failure && <FailureNotice failure={failure} />}
          <Group justify="end">
            <Button variant="default" onClick={close} data-autofocus>
              Keep the restored one live
            </Button>
            <Button color="red" loading={busy} onClick={() => void rollBack()}>
              Roll back
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
