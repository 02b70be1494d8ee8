import { Button, Group, NativeSelect, Stack, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { DrillPlace, DrillSettings } from '../../../shared/drill.ts';
import type { Connection } from '../../../shared/source.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { focusFirstError } from '../../forms/fieldErrors.ts';
import { FormModal } from '../../forms/FormModal.tsx';
import { serverDraft, serverErrors, serverOf, type ServerDraft } from '../../forms/serverDraft.ts';
import { ServerFields } from '../../forms/ServerFields.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useAnswer } from '../../useAnswer.ts';
import { AssertionFields, assertionOf, type AssertionDraft } from './AssertionFields.tsx';

interface DrillsModalProps {
  source: string;
  opened: boolean;
  onClose: () => void;
}

/** What a source wants of its test restores. */
export function DrillsModal({ source, opened, onClose }: DrillsModalProps) {
  return (
    <FormModal title={`Test restores of ${source}`} opened={opened} onClose={onClose} size="lg">
      <Asked source={source} onClose={onClose} />
    </FormModal>
  );
}

function Asked({ source, onClose }: Omit<DrillsModalProps, 'opened'>) {
  const { value, failure, again } = useAnswer('drills.settings', { source }, []);
  if (failure) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="what was set" />;
  return <SettingsForm source={source} settings={value} onClose={onClose} />;
}

/** A password is kept for a role on a server. */
function isKept(on: Connection | null, { host, port, user }: ServerDraft): boolean {
  return on !== null && on.host === host.trim() && on.port === port && on.user === user;
}

type Draft = AssertionDraft & { key: number };

let nextKey = 0;

function SettingsForm({ source, settings, onClose }: Omit<DrillsModalProps, 'opened'> & { settings: DrillSettings }) {
  const [afterEveryBackup, setAfter] = useState(settings.afterEveryBackup);
  const [drafts, setDrafts] = useState<Draft[]>(() =>
    settings.assertions.map((one) => ({ ...one, expected: one.expected ?? '', key: nextKey++ })),
  );
  const form = useForm<ServerDraft & { place: DrillPlace }>({
    initialValues: { ...serverDraft(settings.on), place: settings.place },
    validate: (draft) => (draft.place === 'server' ? serverErrors(draft) : {}),
  });
  const { place } = form.values;
  const { busy, failure, attempt, forget } = useAttempt();
  const change = (key: number, changes: Partial<Draft>) => {
    forget();
    setDrafts(drafts.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  };
  const save = form.onSubmit(
    (draft) =>
      attempt(async () => {
        const elsewhere = place === 'server';
        await act('drills.saveSettings', {
          source,
          assertions: drafts.map(assertionOf),
          afterEveryBackup,
          place,
          on: elsewhere ? serverOf(draft) : null,
          password: elsewhere && draft.password !== '' ? draft.password : null,
        });
        notifications.show({ color: 'green', message: `The test restores of ${source} are set.` });
        onClose();
      }),
    (errors) => focusFirstError(errors, form),
  );
  const incomplete = drafts.some(({ name, sql }) => name.trim() === '' || sql.trim() === '');
  return (
    <Stack gap="sm">
      <Switch
        checked={afterEveryBackup}
        onChange={({ currentTarget }) => setAfter(currentTarget.checked)}
        label="Prove every full backup by a test restore when it was taken"
      />
      <NativeSelect
        label="Where those of the schedule, and after a backup, are made"
        data={[
          { value: 'source', label: 'on the server of the database' },
          { value: 'scratch', label: 'on this machine, in a cluster of its own' },
          { value: 'server', label: 'on another server' },
        ]}
        {...form.getInputProps('place')}
      />
      {place === 'server' && <ServerFields inputProps={form.getInputProps} kept={isKept(settings.on, form.values)} />}
      <Text size="sm">
        Every test restore compares rows, indexes, keys and sequences with the backup. Here you say what must be true
        besides: one query each that returns one value, with the schema before each table. It runs read-only in the
        restored database. When it is saved, the live database is asked whether it understands it; it runs there only if
        you try it.
      </Text>
      {drafts.map((draft, index) => (
        <AssertionFields
          key={draft.key}
          source={source}
          number={index + 1}
          draft={draft}
          onChange={(changes) => change(draft.key, changes)}
          onRemove={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
        />
      ))}
      <Group>
        <Button
          variant="default"
          onClick={() => setDrafts([...drafts, { key: nextKey++, name: '', sql: '', expected: '' }])}
        >
          Add an assertion
        </Button>
      </Group>
      {failure && <FailureNotice failure={failure} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={() => save()} loading={busy} disabled={incomplete}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
