import { Button, Divider, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { SourceView } from '../../../shared/contract/sources.ts';
import { act, usePinWait } from '../../act.ts';
import { ConfirmModal } from '../../forms/ConfirmModal.tsx';
import { TenantModelForm } from '../../forms/TenantModelForm.tsx';

interface TenantsModalProps {
  source: SourceView;
  opened: boolean;
  onClose: () => void;
}

/** Sets, changes or forgets how the tenants of a database are told apart. */
export function TenantsModal({ source, opened, onClose }: TenantsModalProps) {
  const [forgetting, setForgetting] = useState(false);
  const waitsForPin = usePinWait(({ wait }) => wait !== null);
  const kept = () => {
    notifications.show({ color: 'green', message: `The tenants of ${source.name} are known now.` });
    onClose();
  };
  return (
    <>
      <Modal
        opened={opened}
        onClose={onClose}
        closeOnEscape={!waitsForPin && !forgetting}
        title={`The tenants of ${source.name}`}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="sm">
          <TenantModelForm source={source} onKept={kept} />
          {source.tenants && (
            <>
              <Divider />
              <Group>
                <Button variant="subtle" color="red" onClick={() => setForgetting(true)}>
                  Forget its tenants…
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </Modal>
      <ConfirmModal
        opened={forgetting}
        onClose={() => setForgetting(false)}
        title={`Forget the tenants of ${source.name}?`}
        action="Forget them"
        work={async () => {
          await act('sources.setTenants', { name: source.name, tenants: null });
          onClose();
        }}
      >
        <Text size="sm">
          <strong>Lost:</strong> how its tenants are told apart, and which tables were confirmed as shared. No tenant
          can be backed up for itself until that is told again.
        </Text>
        <Text size="sm">
          <strong>Stays:</strong> the database, and every backup of it and of its tenants.
        </Text>
      </ConfirmModal>
    </>
  );
}
