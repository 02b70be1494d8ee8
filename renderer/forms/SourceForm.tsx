import { Button, Collapse, Group, NativeSelect, NumberInput, PasswordInput, SimpleGrid, Stack } from '@mantine/core';
import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { sourceFormSchema, type SourceAnswer, type SourceForm as SourceAsk } from '../../shared/contract/sources.ts';
import { sslModes, type SslMode } from '../../shared/source.ts';
import { act } from '../act.ts';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { fieldErrors, focusFirstError } from './fieldErrors.ts';
import { PasteUrl } from './PasteUrl.tsx';
import { SourceFindings } from './SourceFindings.tsx';
import { freeName } from './storeDraft.ts';
import { useAttempt } from './useAttempt.ts';

interface Draft {
  name: string;
  connection: { host: string; port: number | string; user: string; database: string; sslmode: SslMode };
  password: string;
  toolsDir: string;
}

const sslWords: Record<SslMode, string> = {
  disable: 'never (disable)',
  allow: 'only if the server insists (allow)',
  prefer: 'if the server can (prefer)',
  require: 'always (require)',
  'verify-ca': 'always, certificate checked (verify-ca)',
  'verify-full': 'always, certificate and name checked (verify-full)',
};

/** Connects a database: tests what was typed as often as it takes, then adds it. */
export function SourceForm({ takenNames, onAdded }: { takenNames: string[]; onAdded: (answer: SourceAnswer) => void }) {
  const [findings, setFindings] = useState<SourceAnswer | null>(null);
  const [more, setMore] = useState(false);
  const [doing, setDoing] = useState<'test' | 'add'>('test');
  const { busy, failure, attempt, forget } = useAttempt();
  const form = useForm<Draft>({
    initialValues: {
      name: freeName('shop', takenNames),
      connection: { host: '', port: 5432, user: 'strongroom_backup', database: '', sslmode: 'prefer' },
      password: '',
      toolsDir: '',
    },
    validate: fieldErrors(sourceFormSchema),
    validateInputOnBlur: true,
    onValuesChange: () => setFindings(null), // they were about something else
  });

  const test = form.onSubmit(
    (draft) => {
      setDoing('test');
      return attempt(async () => setFindings(await act('sources.try', askOf(draft))));
    },
    (errors) => focusFirstError(errors, form),
  );
  const add = form.onSubmit(
    (draft) => {
      setDoing('add');
      return attempt(async () => {
        const answer = await act('sources.add', askOf(draft));
        form.reset(); // with the password
        onAdded(answer);
      });
    },
    (errors) => focusFirstError(errors, form),
  );

  return (
    <form onSubmit={test} noValidate aria-label="Connect a database">
      <Stack gap="sm">
        <PasteUrl
          onRead={(read) => {
            const { password, ...connection } = read;
            const given = Object.fromEntries(Object.entries(connection).filter(([, value]) => value !== undefined));
            form.setValues((before) => ({
              connection: { ...form.getValues().connection, ...given },
              password: password ?? before.password,
            }));
            form.clearErrors();
            forget();
          }}
        />
        <TextInput
          label="Name"
          description="How the console calls it; it stays when the server moves."
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Group grow preventGrowOverflow={false} align="start" gap="sm">
          <TextInput
            label="Server"
            placeholder="db.shop.local or 192.168.1.10"
            autoComplete="off"
            spellCheck={false}
            flex={3}
            {...form.getInputProps('connection.host')}
          />
          <NumberInput
            label="Port"
            hideControls
            allowDecimal={false}
            thousandSeparator={false}
            flex={1}
            {...form.getInputProps('connection.port')}
          />
        </Group>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            label="Database"
            placeholder="shop"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('connection.database')}
          />
          <NativeSelect
            label="Encrypted connection"
            data={sslModes.map((mode) => ({ value: mode, label: sslWords[mode] }))}
            {...form.getInputProps('connection.sslmode')}
          />
          <TextInput
            label="Role"
            description="The user that makes the backups."
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('connection.user')}
          />
          <PasswordInput
            label="Password"
            description="Kept sealed on this machine. Empty: as psql finds it."
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
        </SimpleGrid>
        <div>
          <Button variant="subtle" size="compact-sm" onClick={() => setMore(!more)} aria-expanded={more}>
            {more ? 'Less' : 'More'}
          </Button>
        </div>
        <Collapse expanded={more}>
          <TextInput
            label="Folder with PostgreSQL programs (optional)"
            description="Where pg_dump lies, when the usual places do not have the right version."
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('toolsDir')}
          />
        </Collapse>
        {failure && <FailureNotice failure={failure} />}
        {findings && <SourceFindings answer={findings} />}
        <Group gap="xs">
          <Button type="submit" variant="default" loading={busy && doing === 'test'} disabled={busy}>
            Test the connection
          </Button>
          <Button onClick={() => add()} loading={busy && doing === 'add'} disabled={busy}>
            Add this database
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function askOf({ name, connection, password, toolsDir }: Draft): SourceAsk {
  return {
    name: name.trim(),
    connection: { ...connection, host: connection.host.trim(), port: Number(connection.port) },
    password: password === '' ? null : password,
    toolsDir: toolsDir.trim() === '' ? null : toolsDir.trim(),
  };
}
