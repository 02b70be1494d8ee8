import { Alert, Button, Group, NativeSelect, PasswordInput, Radio, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { ImportFormat } from '../../../shared/backup.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useConsole } from '../../stores/consoleStore.ts';
import { useAnswer } from '../../useAnswer.ts';

/** Takes in a backup that was made by other means; once it runs, the strip shows it. */
export function ImportDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <FormModal opened={opened} onClose={onClose} title="Import a backup">
      {opened && <ImportForm onClose={onClose} />}
    </FormModal>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const { value, failure: unread, again } = useAnswer('sources.list', {}, ['sources']);
  const windows = useConsole(({ state }) => state?.platform.startsWith('win32') ?? false);
  const [source, setSource] = useState('');
  const [file, setFile] = useState('');
  const [format, setFormat] = useState<ImportFormat>('pg_dump');
  const [key, setKey] = useState('');
  const [tried, setTried] = useState(false);
  const { busy, failure, attempt } = useAttempt();

  if (!value) return unread ? <FailureNotice failure={unread} onRetry={again} /> : <Loading what="the databases" />;
  const names = value.sources.map(({ name }) => name);
  const chosen = source === '' && names.length === 1 ? (names[0] ?? '') : source;
  const sealed = format === 'fernet-gzip';
  const errors = {
    source: chosen === '' ? 'Choose the database to which it belongs' : null,
    file: file.trim() === '' ? 'Give the path of the file' : null,
    key: sealed && key.trim() === '' ? 'Give the key' : null,
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (errors.source || errors.file || errors.key) return;
    const ask = { source: chosen, file: file.trim(), format, key: sealed ? key.trim() : null };
    if (await attempt(() => act('backups.import', ask))) onClose();
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <NativeSelect
          label="Database"
          description="To which the backup belongs."
          required
          value={chosen}
          onChange={(event) => setSource(event.currentTarget.value)}
          data={[{ value: '', label: names.length === 0 ? 'None is connected' : 'Choose…' }, ...names]}
          error={tried && errors.source}
        />
        <TextInput
          label="File"
          description="On the machine where Strongroom runs."
          placeholder={windows ? 'D:\\old backups\\shop.dump' : '/srv/old-backups/shop.dump'}
          required
          autoComplete="off"
          spellCheck={false}
          value={file}
          onChange={(event) => setFile(event.currentTarget.value)}
          error={tried && errors.file}
        />
        <Radio.Group label="Made by" value={format} onChange={(made) => setFormat(made as ImportFormat)}>
          <Stack gap={4} mt={4}>
            <Radio value="pg_dump" label="pg_dump, in the custom format (-Fc)" />
            <Radio value="fernet-gzip" label="The old system: packed with gzip and encrypted (Fernet)" />
          </Stack>
        </Radio.Group>
        {sealed && (
          <PasswordInput
            label="Key"
            description="44 characters, from the settings of the old system. It is used once and not kept."
            required
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={tried && errors.key}
          />
        )}
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title="A restore runs its SQL">
          Importing only reads the file. Restoring it runs what stands in it on the server, so import only what you
          trust.
        </Alert>
        {failure && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={busy}>
            Import
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
