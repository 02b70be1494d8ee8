import { Button, Group, List, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { formatMoment } from '../../../../shared/format.ts';
import type { Restore } from '../../../../shared/restore.ts';
import { act } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { useAttempt } from '../../../forms/useAttempt.ts';
import { timeOfId } from '../../../jobWords.ts';

/** Puts a restored database in the place of the live one, once its name was typed. */
export function SwapIn({ restore, live }: { restore: Restore; live: string }) {
  const [asking, { open, close }] = useDisclosure(false);
  const [typedName, setTypedName] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const { busy, failure, attempt } = useAttempt();
  const held = restore.heldAs ?? restore.target;

  const swap = async (event: FormEvent) => {
    event.preventDefault();
    if (typedName !== live) {
      setWrong(`This is not the name: type ${live}`);
      return;
    }
    if (await attempt(() => act('restores.swap', { id: restore.id, live, typedName }))) close();
  };

  return (
    <>
      <Button variant="default" leftSection={<IconArrowsExchange size={16} />} onClick={open}>
        Swap it in…
      </Button>
      <Modal
        opened={asking}
        onClose={close}
        title={`Replace the live database ${live}?`}
        size="lg"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form onSubmit={(event) => void swap(event)} noValidate>
          <Stack gap="md">
            <List size="sm" spacing={4}>
              <List.Item>
                {held} becomes {live} on {restore.server}. Whoever is connected is disconnected for a moment.
              </List.Item>
              <List.Item>
                What was entered into {live} after {formatMoment(timeOfId(restore.backupId).toISOString())} will not be
                in it any more.
              </List.Item>
              <List.Item>
                The database that is live now is kept beside it, closed to connections, until somebody drops it; so long
                the swap can be rolled back.
              </List.Item>
            </List>
            <TextInput
              label={`Type the name of the live database that is replaced: ${live}`}
              value={typedName}
              onChange={(event) => {
                setTypedName(event.currentTarget.value);
                setWrong(null);
              }}
              error={wrong}
              spellCheck={false}
              autoComplete="off"
              data-autofocus
            />
            {failure && <FailureNotice failure={failure} />}
            <Group justify="end">
              <Button variant="default" onClick={close}>
                Leave both as they are
              </Button>
              <Button type="submit" color="red" loading={busy}>
                Replace {live}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
