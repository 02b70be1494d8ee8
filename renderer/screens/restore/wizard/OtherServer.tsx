import { Checkbox, Fieldset, Group, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { sslModes } from '../../../../shared/source.ts';
import type { Draft } from './draft.ts';

/** Another role or server than the source's. The password goes to the console and is never shown again. */
export function OtherServer({ form, needed }: { form: UseFormReturnType<Draft>; needed: boolean }) {
  return (
    <>
      <Checkbox
        label="As another role, or on another server"
        description={
          needed
            ? 'Needed here: the source was removed from Strongroom.'
            : 'For example when the role of the source may only take backups.'
        }
        disabled={needed}
        {...form.getInputProps('elsewhere', { type: 'checkbox' })}
      />
      {form.values.elsewhere && (
        <Fieldset legend="Role and server">
          <Stack gap="sm">
            <Group grow align="start">
              <TextInput
                label="Host"
                placeholder="db2.example.com"
                spellCheck={false}
                {...form.getInputProps('host')}
              />
              <NumberInput
                label="Port"
                min={1}
                max={65_535}
                allowDecimal={false}
                thousandSeparator={false}
                {...form.getInputProps('port')}
              />
            </Group>
            <Group grow align="start">
              <TextInput
                label="Role"
                description="May create databases"
                spellCheck={false}
                autoComplete="off"
                {...form.getInputProps('user')}
              />
              <PasswordInput
                label="Password"
                description="Empty: looked up as psql does"
                autoComplete="off"
                {...form.getInputProps('password')}
              />
            </Group>
            <Group grow align="start">
              <Select
                label="Encryption (sslmode)"
                data={[...sslModes]}
                allowDeselect={false}
                {...form.getInputProps('sslmode')}
              />
              <TextInput label="Enter through the database" spellCheck={false} {...form.getInputProps('database')} />
            </Group>
          </Stack>
        </Fieldset>
      )}
    </>
  );
}
