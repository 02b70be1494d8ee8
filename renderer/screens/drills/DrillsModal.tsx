import { Button, Group, Paper, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Assertion, DrillSettings } from '../../../shared/drill.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { SourceModal } from '../../forms/SourceModal.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useAnswer } from '../../useAnswer.ts';

interface DrillsModalProps {
  source: string;
  opened: boolean;
  onClose: () => void;
}

/** What a source wants of its test restores. */
export function DrillsModal({ source, opened, onClose }: DrillsModalProps) {
  return (
    <SourceModal title={`Test restores of ${source}`} opened={opened} onClose={onClose}>
      <Asked source={source} onClose={onClose} />
    </SourceModal>
  );
}

function Asked({ source, onClose }: Omit<DrillsModalProps, 'opened'>) {
  const { value, failure, again } = useAnswer('drills.settings', { source }, []);
  if (failure) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="what was set" />;
  return <SettingsForm source={source} settings={value} onClose={onClose} />;
}

interface Draft extends Omit<Assertion, 'expected'> {
  key: number;
  expected: string;
}

let nextKey = 0;

function SettingsForm({ source, settings, onClose }: Omit<DrillsModalProps, 'opened'> & { settings: DrillSettings }) {
  const [afterEveryBackup, setAfter] = useState(settings.afterEveryBackup);
  const [drafts, setDrafts] = useState<Draft[]>(() =>
    settings.assertions.map((one) => ({ ...one, expected: one.expected ?? '', key: nextKey++ })),
  );
  const { busy, failure, attempt } = useAttempt();
  const change = (key: number, changes: Partial<Draft>) =>
    setDrafts(drafts.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  const save = () =>
    attempt(async () => {
      const assertions = drafts.map(({ name, sql, expected }) => ({
        name,
        sql,
        expected: expected.trim() === '' ? null : expected.trim(),
      }));
      await act('drills.saveSettings', { source, assertions, afterEveryBackup });
      notifications.show({ color: 'green', message: `The test restores of ${source} are set.` });
      onClose();
    });
  const incomplete = drafts.some(({ name, sql }) => name.trim() === '' || sql.trim() === '');
  return (
    <Stack gap="sm">
      <Switch
        checked={afterEveryBackup}
        onChange={({ currentTarget }) => setAfter(currentTarget.checked)}
        label="Prove every full backup by a test restore when it was taken"
      />
      <Text size="sm">
        Every test restore compares rows, indexes, keys and sequences with the backup. Here you say what must be true
        besides: one query each that returns one value, with the schema before each table. It runs read-only in the
        restored database; the database is asked now whether it understands it.
      </Text>
      {drafts.map(({ key, name, sql, expected }, index) => (
        <Paper key={key} withBorder p="sm" role="group" aria-label={`Assertion ${index + 1}`}>
          <Stack gap="xs">
            <Group gap="xs" align="flex-end" wrap="nowrap">
              <TextInput
                flex={1}
                label="Name"
                placeholder="sales are there"
                value={name}
                onChange={({ currentTarget }) => change(key, { name: currentTarget.value })}
              />
              <TextInput
                w={160}
                label="Expected value"
                placeholder="true"
                value={expected}
                onChange={({ currentTarget }) => change(key, { expected: currentTarget.value })}
              />
              <Button
                variant="subtle"
                color="red"
                aria-label={`Remove assertion ${index + 1}`}
                onClick={() => setDrafts(drafts.filter((one) => one.key !== key))}
              >
                Remove
              </Button>
            </Group>
            <Textarea
              label="Query"
              placeholder="SELECT count(*) > 0 FROM shop.sales"
              autosize
              minRows={2}
              styles={{ input: { fontFamily: 'monospace' } }}
              value={sql}
              onChange={({ currentTarget }) => change(key, { sql: currentTarget.value })}
            />
          </Stack>
        </Paper>
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
        <Button onClick={save} loading={busy} disabled={incomplete}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
