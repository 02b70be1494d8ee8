import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { act } from '../../act.ts';
import { StateMark } from '../../components/StateMark.tsx';
import { ConfirmModal } from '../../forms/ConfirmModal.tsx';
import { useConsole } from '../../stores/consoleStore.ts';

/** The demo shop, where there is one: whether it runs, and how it is got rid of. */
export function DemoShop() {
  const demo = useConsole(({ state }) => state?.demo ?? 'none');
  const [, navigate] = useLocation();
  const [removing, setRemoving] = useState(false);
  return (
    <Stack gap="md">
      <StateMark tone={demo === 'running' ? 'good' : 'unknown'} word={demo === 'running' ? 'Running' : 'Stopped'} />
      <Text size="sm">
        A jewellery shop with twelve tenants, in a PostgreSQL server of its own on this machine. It is there to try
        things with.
      </Text>
      <Group>
        <Button variant="default" color="red" onClick={() => setRemoving(true)}>
          Remove the demo shop
        </Button>
      </Group>
      <ConfirmModal
        opened={removing}
        onClose={() => setRemoving(false)}
        title="Remove the demo shop?"
        action="Remove the demo shop"
        work={async () => {
          await act('demo.remove', {});
          navigate('/settings');
        }}
      >
        <Text size="sm">
          <strong>Lost:</strong> the demo database, its server, its store and all its backups there, for good.
        </Text>
        <Text size="sm">
          <strong>Stays:</strong> your own databases, stores and backups, and the keys of this machine.
        </Text>
      </ConfirmModal>
    </Stack>
  );
}
