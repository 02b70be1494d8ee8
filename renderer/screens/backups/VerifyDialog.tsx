import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { reportFailure, type FailureReport } from '../../../shared/failure.ts';
import { formatCount } from '../../../shared/format.ts';
import { act, usePinWait } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';

/** Asks how several backups shall be verified, and starts it. */
export function VerifyDialog({
  ids,
  opened,
  onClose,
  onStarted,
}: {
  ids: string[];
  opened: boolean;
  onClose: () => void;
  onStarted: () => void;
}) {
  const [deep, setDeep] = useState(false);
  const [failure, setFailure] = useState<FailureReport | null>(null);
  const waitsForPin = usePinWait(({ wait }) => wait !== null);
  const many = `${formatCount(ids.length)} ${ids.length === 1 ? 'backup' : 'backups'}`;
  const start = async () => {
    setFailure(null);
    try {
      await act('backups.verify', { ids, store: null, deep });
      onStarted();
    } catch (error) {
      setFailure(reportFailure(error));
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnEscape={!waitsForPin}
      title={`Verify ${many}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        <Text size="sm">
          Every copy in every store is read to its end and compared with what was written. Nothing is changed.
        </Text>
        <Checkbox
          label="Also by a test restore"
          description="Each is restored into a database of its own beside the live one, compared table by table, and dropped. It takes as long as a restore."
          checked={deep}
          onChange={(event) => setDeep(event.currentTarget.checked)}
        />
        {failure && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button onClick={() => void start()}>Verify {many}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
