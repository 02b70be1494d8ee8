import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { act, tellFailure } from '../../act.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { StoreForm } from '../../forms/StoreForm.tsx';
import { useJobs } from '../../stores/jobStore.ts';
import { useAnswer } from '../../useAnswer.ts';
import { Capacity } from './Capacity.tsx';
import { Integrity } from './Integrity.tsx';
import { CleanUp } from './CleanUp.tsx';
import { StoreCard } from './StoreCard.tsx';

/** The places for copies: whether each can be used, what lies there and what is missing there. */
export function Stores() {
  const { value, failure, again } = useAnswer('stores.list', {}, ['stores', 'backups']);
  const policies = useAnswer('retention.policies', {}, ['stores']).value?.stores ?? [];
  const [adding, setAdding] = useState(false);
  const replicating = useJobs(({ running }) => running.some(({ kind }) => kind === 'replicate'));
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the stores" />;
  const { stores } = value;
  const missing = stores.reduce((sum, store) => sum + store.missing, 0);
  const folders = stores.filter(({ kind }) => kind === 'local').length;

  const copyMissing = async () => {
    try {
      await act('backups.replicate', {});
      notifications.show({ message: 'Copying what is missing. The bar at the bottom shows how it goes.' });
    } catch (error) {
      tellFailure(error);
    }
  };

  return (
    <>
      <PageHead title="Stores">
        {missing > 0 && (
          <Button variant="default" onClick={copyMissing} loading={replicating}>
            Copy what is missing
          </Button>
        )}
        {stores[0] && <CleanUp first={stores[0].name} />}
        <Button onClick={() => setAdding(true)}>Add a store</Button>
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {stores.length === 0 ? (
        <EmptyState title="No store yet">
          A store is a place for copies of the backups. The first one is a folder on a disk of this machine.
        </EmptyState>
      ) : (
        <Stack gap="md">
          {stores.length < 3 && (
            <Text size="sm" c="dimmed">
              {stores.length === 1 ? 'All copies lie in one place. ' : ''}Three places are advised: this machine,
              another disk or network share, and one far away.
            </Text>
          )}
          <Group gap="md" align="stretch" component="section" aria-label="Stores">
            {stores.map((store) => (
              <StoreCard
                key={store.name}
                store={store}
                policy={policies.find((policy) => policy.store === store.name)}
                lastFolder={folders === 1 && store.kind === 'local'}
                onTested={again}
              />
            ))}
          </Group>
          <Integrity />
          <Capacity stores={stores} />
        </Stack>
      )}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title="Add a store"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <StoreForm
          kind={folders > 0 ? 'r2' : 'local'}
          takenNames={stores.map(({ name }) => name)}
          onAdded={(status) => {
            setAdding(false);
            notifications.show({ color: 'green', message: `${status.name} works and was added.` });
          }}
        />
      </Modal>
    </>
  );
}
