import { Button, Group, PasswordInput, SimpleGrid, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { z } from 'zod';
import { pinSchema } from '../../../shared/contract/access.ts';
import { act, sentence } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { fieldErrors, focusFirstError } from '../../forms/fieldErrors.ts';
import { useAttempt } from '../../forms/useAttempt.ts';

const schema = z
  .object({ oldPin: pinSchema, newPin: pinSchema, again: z.string() })
  .refine(({ newPin, again }) => newPin === again, { path: ['again'], message: 'the two new PINs are not the same' });

/** Changes the PIN of who has unlocked this window. */
export function ChangePin() {
  const { busy, failure, attempt } = useAttempt();
  const form = useForm<z.infer<typeof schema>>({
    initialValues: { oldPin: '', newPin: '', again: '' },
    validate: fieldErrors(schema),
  });
  const wrong = failure?.code === 'PIN_WRONG' ? failure : null;
  const change = form.onSubmit(
    async ({ oldPin, newPin }) => {
      if (!(await attempt(() => act('access.changePin', { oldPin, newPin })))) return;
      form.reset();
      notifications.show({ color: 'green', message: 'The PIN was changed.' });
    },
    (errors) => focusFirstError(errors, form),
  );
  const oldPin = form.getInputProps('oldPin');
  return (
    <form onSubmit={change} noValidate aria-label="Change your PIN">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          <PasswordInput
            label="PIN so far"
            autoComplete="current-password"
            {...oldPin}
            error={oldPin.error ?? (wrong && `${sentence(wrong.message)}. ${wrong.hint}`)}
          />
          <PasswordInput label="New PIN" autoComplete="new-password" {...form.getInputProps('newPin')} />
          <PasswordInput label="New PIN again" autoComplete="new-password" {...form.getInputProps('again')} />
        </SimpleGrid>
        {failure && !wrong && <FailureNotice failure={failure} />}
        <Group>
          <Button type="submit" variant="default" loading={busy}>
            Change the PIN
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
