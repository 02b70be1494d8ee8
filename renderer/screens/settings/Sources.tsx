import { Button, Group, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { SourceForm } from '../../forms/SourceForm.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { SourceCard } from './SourceCard.tsx';

/** The databases that are protected. */
export function Sources() {
  const { value, failure, again } = useAnswer('sources.list', {}, ['sources']);
  const [adding, setAdding] = useState(false);
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the databases" />;
  const { sources } = value;
  return (
    <>
      <Group>
        <Button onClick={() => setAdding(true)}>Connect a database</Button>
      </Group>
      {sources.length === 0 && <EmptyState title="No database yet">Connect one, and its backups can begin.</EmptyState>}
      <Stack gap="md">
        {sources.map((source) => (
          <SourceCard key={source.name} source={source} />
        ))}
      </Stack>
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title="Connect a database"
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <SourceForm
          takenNames={sources.map(({ name }) => name)}
          onAdded={({ name }) => {
            setAdding(false);
            notifications.show({ color: 'green', message: `${name} answers and was added.` });
          }}
        />
      </Modal>
    </>
  );
}
