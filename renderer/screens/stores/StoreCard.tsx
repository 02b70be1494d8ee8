import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { StorePolicy } from '../../../shared/contract/retention.ts';
import type { StoreView } from '../../../shared/contract/stores.ts';
import { formatCount } from '../../../shared/format.ts';
import { act } from '../../act.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { Facts } from '../../components/Facts.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Moment } from '../../components/Moment.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { ConfirmModal } from '../../forms/ConfirmModal.tsx';
import { storeKindWords } from '../../forms/storeDraft.ts';
import { ProbeTimings, storeMark } from '../../forms/StoreProbe.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { StoreRetention } from './StoreRetention.tsx';

interface StoreCardProps {
  store: StoreView;
  /** How long it keeps backups; undefined while that is asked for. */
  policy: StorePolicy | undefined;
  /** It is the only folder: without one no backup can be made. */
  lastFolder: boolean;
  onTested: () => void;
}

/** One store: whether it can be used, as of when, what lies there, and what can be done with it. */
export function StoreCard({ store, policy, lastFolder, onTested }: StoreCardProps) {
  const { name, kind, place, copies, copiedBytes, newestCopyAt, missing, status, statusAt } = store;
  const [removing, setRemoving] = useState(false);
  const { busy, failure, attempt } = useAttempt();
  const test = async () => {
    await attempt(() => act('stores.test', { name }));
    onTested();
  };
  return (
    <Paper component="article" withBorder p="md" miw={300} maw={560} flex="1 1 340px" aria-labelledby={`store-${name}`}>
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="wrap" gap="xs">
          <Title order={2} id={`store-${name}`} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          <StateMark {...storeMark(status)} />
        </Group>
        <div>
          <Text size="sm">{storeKindWords[kind]}</Text>
          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {place}
          </Text>
        </div>
        <Facts
          rows={[
            ['Good copies', `${formatCount(copies)}`],
            ['Their size', <Bytes key="size" of={copiedBytes} />],
            ['Newest copy', newestCopyAt ? <Moment key="newest" at={newestCopyAt} /> : 'none yet'],
            [
              'Missing',
              missing === 0 ? (
                'nothing'
              ) : (
                <StateMark
                  key="missing"
                  tone="warning"
                  word={`${formatCount(missing)} ${missing === 1 ? 'backup' : 'backups'}`}
                />
              ),
            ],
            ['Looked at', statusAt ? <Moment key="looked" at={statusAt} /> : 'not yet'],
          ]}
        />
        {policy && <StoreRetention of={policy} />}
        {status?.failure && <FailureNotice failure={status.failure} />}
        {failure && <FailureNotice failure={failure} />}
        {status && <ProbeTimings status={status} />}
        <Group gap="xs" mt="auto">
          <Button variant="default" onClick={test} loading={busy} aria-label={`Test ${name}`}>
            Test
          </Button>
          <Button variant="subtle" color="red" onClick={() => setRemoving(true)} aria-label={`Remove ${name}`}>
            Remove
          </Button>
        </Group>
      </Stack>
      <ConfirmModal
        opened={removing}
        onClose={() => setRemoving(false)}
        title={`Remove the store ${name}?`}
        action="Remove the store"
        work={() => act('stores.remove', { name })}
      >
        <Text size="sm">
          <strong>Lost:</strong> what this console knows of the place, with its access key. No new copies go there, and
          its {formatCount(copies)} {copies === 1 ? 'copy is' : 'copies are'} no longer counted.
        </Text>
        <Text size="sm">
          <strong>Stays:</strong> everything that lies in {place}. Add the same place again, and it is used again.
        </Text>
        {lastFolder && (
          <Text size="sm">
            It is the only folder on this machine, and every backup is first written to one: without it{' '}
            <strong>no backup can be made</strong>.
          </Text>
        )}
      </ConfirmModal>
    </Paper>
  );
}
