import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { StoreView } from '../../../shared/contract/stores.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { storeKindWords } from '../../forms/storeDraft.ts';
import { StoreForm } from '../../forms/StoreForm.tsx';
import { ProbeTimings, storeMark } from '../../forms/StoreProbe.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { StepFoot } from './StepFoot.tsx';

const advisedPlaces = 3;

/** Step 2: the places for copies. Each is tried out when it is added. */
export function StoresStep() {
  const { value, failure, again } = useAnswer('stores.list', {}, ['stores']);
  const [another, setAnother] = useState(false);
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the stores" />;
  const { stores } = value;
  const hasLocal = stores.some(({ kind }) => kind === 'local');
  const formShown = !hasLocal || another;
  return (
    <Stack gap="md">
      <Text size="sm">
        Every backup is first written to a disk of this machine, so that the shop database is never held up by a slow
        line; from there it is copied to the other places. Three places are advised: this machine, another disk or
        network share, and one far away, so that no single fire, thief or fault takes them all. What leaves this machine
        is sealed: the places cannot read it.
      </Text>
      {stores.length > 0 && (
        <Stack gap="xs" component="section" aria-label="Stores so far">
          {stores.map((store) => (
            <StoreLine key={store.name} store={store} />
          ))}
        </Stack>
      )}
      <div>
        <Advice stores={stores} hasLocal={hasLocal} />
      </div>
      {formShown ? (
        <Paper withBorder p="md">
          <StoreForm
            key={stores.length}
            kind={hasLocal ? 'r2' : 'local'}
            takenNames={stores.map(({ name }) => name)}
            onAdded={() => {
              setAnother(false);
              again();
            }}
          />
          {another && (
            <Button variant="subtle" size="compact-sm" mt="sm" onClick={() => setAnother(false)}>
              Not now
            </Button>
          )}
        </Paper>
      ) : (
        <Group>
          <Button variant="default" onClick={() => setAnother(true)}>
            Add another store
          </Button>
        </Group>
      )}
      <StepFoot step="stores" ready={hasLocal} />
    </Stack>
  );
}

function Advice({ stores, hasLocal }: { stores: StoreView[]; hasLocal: boolean }) {
  if (!hasLocal) return <StateMark tone="warning" word="A folder on this machine is needed first" />;
  if (stores.length >= advisedPlaces) return <StateMark tone="good" word={`${stores.length} places: well spread`} />;
  return <StateMark tone="warning" word={`${stores.length} of ${advisedPlaces} advised places`} />;
}

function StoreLine({ store: { name, kind, place, status } }: { store: StoreView }) {
  return (
    <Paper withBorder p="sm">
      <Group gap="sm">
        <StateMark {...storeMark(status)} />
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          {storeKindWords[kind]}
        </Text>
        <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {place}
        </Text>
      </Group>
      {status && <ProbeTimings status={status} />}
    </Paper>
  );
}
