import { Alert, Checkbox, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { DeletionView } from '../../../shared/contract/retention.ts';
import { counted, formatBytes } from '../../../shared/format.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { ConfirmModal } from '../../forms/ConfirmModal.tsx';
import { useAnswer } from '../../useAnswer.ts';
import type { BackupsDialogProps } from './backupsDialog.ts';

/** Says what is lost with these backups, and deletes them. */
export function DeleteDialog({ ids, opened, onClose, onStarted }: BackupsDialogProps) {
  const [evenIfKept, setEvenIfKept] = useState(false);
  const [lost, setLost] = useState<DeletionView | null>(null);
  useEffect(() => {
    if (opened) setEvenIfKept(false);
  }, [opened]);
  const many = counted(ids.length, 'backup');
  const work = async () => {
    await act('retention.delete', { ids, store: null, evenIfKept });
    notifications.show({ message: `Deleting ${many}. The bar at the bottom shows how it goes.` });
    onStarted();
  };
  return (
    <ConfirmModal
      opened={opened}
      onClose={onClose}
      title={`Delete ${many}?`}
      action={`Delete ${many}`}
      keep={ids.length === 1 ? 'Keep it' : 'Keep them'}
      work={work}
      isRight={() => lost !== null && lost.inUse.length === 0 && (lost.warnings.length === 0 || evenIfKept)}
    >
      {opened && <WhatIsLost ids={ids} onKnown={setLost} />}
      {lost !== null && lost.warnings.length > 0 && lost.inUse.length === 0 && (
        <Checkbox
          label={`Delete ${ids.length === 1 ? 'it' : 'them'} all the same`}
          checked={evenIfKept}
          onChange={(event) => setEvenIfKept(event.currentTarget.checked)}
        />
      )}
    </ConfirmModal>
  );
}

function WhatIsLost({ ids, onKnown }: { ids: string[]; onKnown: (lost: DeletionView) => void }) {
  const { value, failure } = useAnswer('retention.describeDeletion', { ids, store: null }, ['backups']);
  useEffect(() => {
    if (value) onKnown(value);
  }, [value, onKnown]);
  if (failure) return <FailureNotice failure={failure} />;
  if (!value)
    return (
      <Text size="sm" c="dimmed" role="status">
        Looking at what would be lost …
      </Text>
    );
  return (
    <>
      <Text size="sm">
        <strong>Lost:</strong> {counted(value.copies, 'copy', 'copies')} in {value.stores.join(', ') || 'no store'},{' '}
        {formatBytes(value.bytes)}. It cannot be undone.
      </Text>
      <Text size="sm">
        <strong>Stays:</strong> what is known of {ids.length === 1 ? 'it' : 'them'}, in the list of deleted backups.
      </Text>
      {value.warnings.map((warning) => (
        <Alert key={warning} p="xs" color="red" icon={<IconAlertTriangle aria-hidden />}>
          <Text size="sm">{warning}</Text>
        </Alert>
      ))}
      {value.inUse.map(({ id, user }) => (
        <Alert key={id} p="xs" color="yellow" icon={<IconAlertTriangle aria-hidden />}>
          <Text size="sm">
            {id} cannot be deleted now: {user}
          </Text>
        </Alert>
      ))}
    </>
  );
}
