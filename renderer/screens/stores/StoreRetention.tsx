import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { StorePolicy } from '../../../shared/contract/retention.ts';
import { policySentence } from '../../../shared/retention.ts';
import { sentence } from '../../act.ts';
import { StateMark } from '../../components/StateMark.tsx';
import { PolicyModal } from './PolicyModal.tsx';

/** How long a store keeps backups, in one sentence, and where that is changed. */
export function StoreRetention({ of }: { of: StorePolicy }) {
  const [changing, setChanging] = useState(false);
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap" justify="space-between">
      {of.policy === null ? (
        <StateMark tone="warning" word="Its rules are of another version: nothing is deleted here" />
      ) : (
        <Text size="sm">{sentence(policySentence(of.policy))}.</Text>
      )}
      <Button
        size="compact-xs"
        variant="default"
        style={{ flexShrink: 0 }}
        aria-label={`Change how long ${of.store} keeps backups`}
        onClick={() => setChanging(true)}
      >
        Change…
      </Button>
      {changing && <PolicyModal of={of} onClose={() => setChanging(false)} />}
    </Group>
  );
}
