import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { formatBytes, formatCount } from '../../../shared/format.ts';
import { act } from '../../act.ts';
import { ConfirmModal } from '../../forms/ConfirmModal.tsx';
import { useJobs } from '../../stores/jobStore.ts';
import { useAnswer } from '../../useAnswer.ts';

/** Deletes at once what the rules of the stores let go; asks before, with the counts. @param first any store */
export function CleanUp({ first }: { first: string }) {
  const [asking, setAsking] = useState(false);
  const running = useJobs((jobs) => jobs.running.some(({ kind }) => kind === 'cleanup'));
  return (
    <>
      <Button variant="default" loading={running} onClick={() => setAsking(true)}>
        Clean up now…
      </Button>
      <ConfirmModal
        opened={asking}
        onClose={() => setAsking(false)}
        title="Clean up all stores?"
        action="Clean up"
        keep="Not now"
        work={async () => {
          await act('retention.cleanUp', { store: null });
          notifications.show({ message: 'Cleaning up. The bar at the bottom shows how it goes.' });
        }}
      >
        {asking && <WhatGoes first={first} />}
      </ConfirmModal>
    </>
  );
}

function WhatGoes({ first }: { first: string }) {
  const { value } = useAnswer('retention.preview', { store: first, policy: null, limit: 0 }, ['backups']);
  if (!value)
    return (
      <Text size="sm" c="dimmed" role="status">
        Looking at what would go …
      </Text>
    );
  const going = value.stores.filter(({ deleteCount }) => deleteCount > 0);
  if (going.length === 0)
    return <Text size="sm">No copy would go. Remains of unfinished work older than eight days are looked for.</Text>;
  return (
    <>
      {going.map(({ store, deleteCount, deleteBytes, keepCount }) => (
        <Text size="sm" key={store}>
          <strong>{store}:</strong> {formatCount(deleteCount)} {deleteCount === 1 ? 'copy goes' : 'copies go'} (
          {formatBytes(deleteBytes)}), {formatCount(keepCount)} stay.
        </Text>
      ))}
      <Text size="sm">
        It cannot be undone. The newest good backup of each database and tenant stays, and so does what is pinned or in
        use.
      </Text>
    </>
  );
}
