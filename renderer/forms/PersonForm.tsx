import { Button, Group, PasswordInput, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { z } from 'zod';
import { personNameSchema, pinSchema } from '../../shared/contract/access.ts';
import { roles, type Role } from '../../shared/contract/define.ts';
import { act } from '../act.ts';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { fieldErrors, focusFirstError } from './fieldErrors.ts';
import { useAttempt } from './useAttempt.ts';

export const roleWords: Record<Role, { name: string; may: string }> = {
  viewer: { name: 'Viewer', may: 'sees everything, changes nothing' },
  operator: { name: 'Operator', may: 'also takes backups, restores into new databases, verifies copies' },
  owner: { name: 'Owner', may: 'also replaces what is live, deletes, and changes stores, databases and people' },
};

const personSchema = z
  .object({ name: personNameSchema, role: z.enum(roles), pin: pinSchema, again: z.string() })
  .refine(({ pin, again }) => pin === again, { path: ['again'], message: 'the two PINs are not the same' });

interface PersonFormProps {
  /** The first person is an owner: somebody must be able to decide. */
  first: boolean;
  onAdded: () => void;
}

/** Gives somebody a PIN and a role. */
export function PersonForm({ first, onAdded }: PersonFormProps) {
  const { busy, failure, attempt } = useAttempt();
  const form = useForm<z.infer<typeof personSchema>>({
    initialValues: { name: '', role: first ? 'owner' : 'operator', pin: '', again: '' },
    validate: fieldErrors(personSchema),
    validateInputOnBlur: ['name', 'pin'],
  });
  const add = form.onSubmit(
    ({ name, role, pin }) =>
      attempt(async () => {
        await act('access.addPerson', { name, role, pin });
        form.reset(); // with the PIN
        onAdded();
      }),
    (errors) => focusFirstError(errors, form),
  );
  return (
    <form onSubmit={add} noValidate aria-label={first ? 'Set a PIN' : 'Add a person'}>
      <Stack gap="sm">
        <TextInput label={first ? 'Your name' : 'Name'} autoComplete="off" maw={320} {...form.getInputProps('name')} />
        {!first && (
          <Radio.Group label="May do what" {...form.getInputProps('role')}>
            <Stack gap={6} mt={6}>
              {roles.map((role) => (
                <Radio key={role} value={role} label={roleWords[role].name} description={roleWords[role].may} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" maw={640}>
          <PasswordInput
            label="PIN"
            description="At least 4 characters; digits are quick at night."
            autoComplete="new-password"
            {...form.getInputProps('pin')}
          />
          <PasswordInput
            label="The same PIN again"
            description="So that a slip of the finger locks nobody out."
            autoComplete="new-password"
            {...form.getInputProps('again')}
          />
        </SimpleGrid>
        {failure && <FailureNotice failure={failure} />}
        <Group>
          <Button type="submit" loading={busy}>
            {first ? 'Set the PIN' : 'Add this person'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
