import { Button, Group, Modal, NativeSelect, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { z } from 'zod';
import { passwordPurposes, type PasswordPurpose } from '../../../shared/source.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { fieldErrors, focusFirstError } from '../../forms/fieldErrors.ts';
import { useAttempt } from '../../forms/useAttempt.ts';

const purposeWords: Record<PasswordPurpose, string> = {
  main: 'Backups, and everything that has no own password',
  tenant: 'Backups of single tenants',
  wal: 'Streaming of changes (WAL)',
  restore: 'Restores',
};

const schema = z.object({
  purpose: z.enum(passwordPurposes),
  password: z.string().min(1, 'the password is needed').max(4096, 'a password has at most 4096 characters'),
});

interface PasswordsModalProps {
  source: string;
  opened: boolean;
  onClose: () => void;
}

/** Sets one password of a database. What is there already is never shown. */
export function PasswordsModal({ source, opened, onClose }: PasswordsModalProps) {
  const { busy, failure, attempt, forget } = useAttempt();
  const form = useForm<z.infer<typeof schema>>({
    initialValues: { purpose: 'main', password: '' },
    validate: fieldErrors(schema),
  });
  const close = () => {
    form.reset();
    forget();
    onClose();
  };
  const save = form.onSubmit(
    async (values) => {
      if (!(await attempt(() => act('sources.setPassword', { name: source, ...values })))) return;
      notifications.show({
        color: 'green',
        message: `The password of ${source} was kept. “Test” shows whether it is right.`,
      });
      close();
    },
    (errors) => focusFirstError(errors, form),
  );
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={`Set a password of ${source}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={save} noValidate aria-label={`Set a password of ${source}`}>
        <Stack gap="sm">
          <NativeSelect
            label="For what"
            data={passwordPurposes.map((value) => ({ value, label: purposeWords[value] }))}
            {...form.getInputProps('purpose')}
          />
          <PasswordInput
            label="Password"
            description="The one before is replaced. It is kept sealed on this machine."
            autoComplete="new-password"
            data-autofocus
            {...form.getInputProps('password')}
          />
          {failure && <FailureNotice failure={failure} />}
          <Group>
            <Button type="submit" loading={busy}>
              Keep this password
            </Button>
          </Group>
          <Text size="xs" c="dimmed">
            The password on the server itself is not changed by this.
          </Text>
        </Stack>
      </form>
    </Modal>
  );
}
