import { Fieldset, Group, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { sslModes } from '../../shared/source.ts';

type ServerField = 'host' | 'port' | 'user' | 'password' | 'sslmode' | 'database';

interface ServerFieldsProps {
  inputProps: (field: ServerField) => object;
  /** Whether an empty password leaves the one that is kept, if there is one. */
  kept?: boolean;
}

/** A server to restore to, and who enters there. The password goes to the console and is never shown again. */
export function ServerFields({ inputProps, kept = false }: ServerFieldsProps) {
  return (
    <Fieldset legend="Role and server">
      <Stack gap="sm">
        <Group grow align="start">
          <TextInput label="Host" placeholder="db2.example.com" spellCheck={false} {...inputProps('host')} />
          <NumberInput
            label="Port"
            min={1}
            max={65_535}
            allowDecimal={false}
            thousandSeparator={false}
            {...inputProps('port')}
          />
        </Group>
        <Group grow align="start">
          <TextInput
            label="Role"
            description="May create databases"
            spellCheck={false}
            autoComplete="off"
            {...inputProps('user')}
          />
          <PasswordInput
            label="Password"
            description={kept ? 'Empty: as it was' : 'Empty: looked up as psql does'}
            autoComplete="off"
            {...inputProps('password')}
          />
        </Group>
        <Group grow align="start">
          <Select label="Encryption (sslmode)" data={[...sslModes]} allowDeselect={false} {...inputProps('sslmode')} />
          <TextInput label="Enter through the database" spellCheck={false} {...inputProps('database')} />
        </Group>
      </Stack>
    </Fieldset>
  );
}
