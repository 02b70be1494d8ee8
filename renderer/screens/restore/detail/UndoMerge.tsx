import { Button, Checkbox, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { formatMoment } from '../../../../shared/format.ts';
import type { Restore } from '../../../../shared/restore.ts';
import { act } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { useAttempt } from '../../../forms/useAttempt.ts';

/** Puts the rows that a merge has changed back as they were before it, as long as that is possible. */
export function UndoMerge({ restore: { id, target, merge } }: { restore: Restore }) {
  const [asking, { open, close }] = useDisclosure(false);
  const [evenIfChanged, setEvenIfChanged] = useState(false);
  const { busy, failure, attempt } = useAttempt();
  const until = merge?.undoUntil ?? null;
  if (until === null || Date.parse(until) < Date.now()) return null;

  const undo = async () => {
    if (await attempt(() => act('restores.rollback', { id, evenIfChanged }))) close();
  };

  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={open}>
        Roll back…
      </Button>
      <Text size="sm">Possible until {formatMoment(until)}.</Text>
      <Modal
        opened={asking}
        onClose={close}
        title={`Undo the merge into ${target}?`}
        size="lg"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="md">
          <List size="sm" spacing={4}>
            <List.Item>
              Rows that were overwritten or deleted become as they were before the merge, and rows that it put back are
              removed again, in one step that happens whole or not at all.
            </List.Item>
            <List.Item>
              If somebody has changed one of these rows since, nothing is done, and the rows are named.
            </List.Item>
          </List>
          <Checkbox
            label="Even where rows were changed since"
            description="What was entered into these rows since the merge is lost."
            checked={evenIfChanged}
            onChange={(event) => setEvenIfChanged(event.currentTarget.checked)}
          />
          {failure && <FailureNotice failure={failure} />}
          <Group justify="end">
            <Button variant="default" onClick={close} data-autofocus>
              Keep what was merged
            </Button>
            <Button color="red" loading={busy} onClick={() => void undo()}>
              Roll back
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
