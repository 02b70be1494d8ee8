import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { counted } from '../../../shared/format.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import type { BackupsDialogProps } from './backupsDialog.ts';

/** Asks how several backups shall be verified, and starts it. */
export function VerifyDialog({ ids, opened, onClose, onStarted }: BackupsDialogProps) {
  return (
    <FormModal opened={opened} onClose={onClose} title={`Verify ${counted(ids.length, 'backup')}`}>
      <VerifyForm ids={ids} onClose={onClose} onStarted={onStarted} />
    </FormModal>
  );
}

function VerifyForm({ ids, onClose, onStarted }: Omit<BackupsDialogProps, 'opened'>) {
  const [deep, setDeep] = useState(false);
  const { busy, failure, attempt } = useAttempt();
  const start = async () => {
    if (await attempt(() => act('backups.verify', { ids, store: null, deep }))) onStarted();
  };
  return (
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
        <Button loading={busy} onClick={() => void start()}>
          Verify {counted(ids.length, 'backup')}
        </Button>
      </Group>
    </Stack>
  );
}
