import { Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { act } from '../../act.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { PersonForm } from '../../forms/PersonForm.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useConsole } from '../../stores/consoleStore.ts';
import { useAnswer } from '../../useAnswer.ts';
import { FirstBackupResult } from './FirstBackupResult.tsx';
import { JobBar } from '../../frame/JobBar.tsx';
import { useJobOf } from './useJobOf.ts';

/** Step 5: the first backup with what it really does, a PIN for the lone owner, and the end of the set-up. */
export function FirstBackupStep() {
  const { value, failure, again } = useAnswer('sources.list', {}, ['sources']);
  const [chosen, setChosen] = useState<string | null>(null);
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the databases" />;
  const names = value.sources.map(({ name }) => name);
  const source = chosen ?? names[0];
  return (
    <Stack gap="lg">
      {source === undefined ? (
        <EmptyState
          title="No database yet"
          action={
            <Button component={Link} href="/set-up/source">
              Connect a database
            </Button>
          }
        >
          The first backup needs a database to back up.
        </EmptyState>
      ) : (
        <>
          {names.length > 1 && (
            <NativeSelect
              label="Database"
              data={names}
              value={source}
              onChange={({ currentTarget }) => setChosen(currentTarget.value)}
              maw={320}
            />
          )}
          <BackupOf key={source} source={source} />
        </>
      )}
      <OwnPin />
      <Finish />
    </Stack>
  );
}

function BackupOf({ source }: { source: string }) {
  const { running, ended, failure: failed, loading } = useJobOf('backup full', source);
  const { busy, failure, attempt } = useAttempt();
  const start = () => attempt(() => act('backups.start', { source, note: null, pinned: false, notify: 'always' }));
  if (running) return <JobBar job={running} title={`Backing up ${source}`} />;
  if (loading) return <Loading what="what was backed up" />;
  const shown = failure ?? failed;
  return (
    <Stack gap="sm">
      {shown && <FailureNotice failure={shown} />}
      {ended && !shown && ended.status !== 'DONE' && (
        <StateMark tone="warning" word={ended.status === 'CANCELLED' ? 'It was cancelled' : 'It was interrupted'} />
      )}
      <FirstBackupResult source={source} />
      <Group>
        <Button onClick={start} loading={busy} variant={ended?.status === 'DONE' ? 'default' : 'filled'}>
          {ended ? `Back up ${source} again` : `Back up ${source} now`}
        </Button>
      </Group>
    </Stack>
  );
}

function OwnPin() {
  const people = useConsole(({ access }) => access?.people);
  const [skipped, setSkipped] = useState(false);
  if (!people) return null;
  if (people.length > 0)
    return <StateMark tone="good" word={`PIN set for ${people.map(({ name }) => name).join(', ')}`} />;
  if (skipped)
    return (
      <Text size="sm" c="dimmed">
        No PIN: everybody who sits at this machine may do everything. Settings → Access sets one later.
      </Text>
    );
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <div>
          <Title order={3}>A PIN for you</Title>
          <Text size="sm" mt={4}>
            You are the owner. With a PIN nobody else at this machine can replace the live database, remove a store or
            look at keys; looking at backups stays free. It may wait, but not for long.
          </Text>
        </div>
        <PersonForm first onAdded={() => undefined} />
        <Group>
          <Button variant="subtle" size="compact-sm" onClick={() => setSkipped(true)}>
            Not now
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function Finish() {
  const [, navigate] = useLocation();
  const { busy, failure, attempt } = useAttempt();
  const finish = () =>
    attempt(async () => {
      useConsole.setState({ state: await act('setUp.finish', {}) });
      navigate('/');
    });
  return (
    <Stack gap="sm">
      {failure && <FailureNotice failure={failure} />}
      <Group justify="space-between">
        <Button component={Link} href="/set-up/schedule" variant="default">
          Back
        </Button>
        <Button onClick={finish} loading={busy}>
          Finish and go to the overview
        </Button>
      </Group>
    </Stack>
  );
}
