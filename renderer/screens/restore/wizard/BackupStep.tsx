import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useMemo, useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import type { Backup } from '../../../../shared/backup.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { useAnswer } from '../../../useAnswer.ts';
import { startOfDay } from '../../../when.ts';
import { StepHeading } from '../StepHeading.tsx';
import { BackupTimeline, isRestorable } from './BackupTimeline.tsx';

const firstPage = 200;
/** The most that is asked for at once; older ones are found by their dates. */
const lastPage = 1000;

/** Step 1: which backup. The newest good one of each database stands first. */
export function BackupStep({
  chosen,
  onChoose,
  onNext,
}: {
  chosen: string | null;
  onChoose: (backupId: string) => void;
  onNext: () => void;
}) {
  const [source, setSource] = useState<string | null>(null);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [limit, setLimit] = useState(firstPage);
  const [missing, setMissing] = useState(false);
  const sources = useAnswer('sources.list', {}, ['sources']);
  const stores = useAnswer('stores.list', {}, ['stores']).value?.stores;
  const page = useAnswer(
    'backups.page',
    {
      filter: {
        kind: 'FULL_DATABASE',
        ...(source !== null && { source }),
        ...(from !== '' && { from: startOfDay(from).toISOString() }),
        ...(until !== '' && { until: dayAfter(until).toISOString() }),
      },
      sort: 'created',
      descending: true,
      cursor: null,
      limit,
    },
    ['backups'],
  );
  const restores = useAnswer('restores.list', { limit: 1000 }, ['restores']);
  const drills = useAnswer('drills.list', { source: null, limit: 1000 }, ['restores']);
  const backups = page.value?.backups;
  const provenAt = useMemo(() => {
    const newest = new Map<string, string>();
    for (const { backupId, verification, startedAt } of restores.value?.restores ?? [])
      if (verification?.ok && !newest.has(backupId)) newest.set(backupId, startedAt);
    for (const { backupId, status, startedAt } of drills.value?.drills ?? [])
      if (status === 'PASSED' && startedAt > (newest.get(backupId) ?? '')) newest.set(backupId, startedAt);
    return newest;
  }, [restores.value, drills.value]);
  const names = [...new Set([...(sources.value?.sources ?? []).map(({ name }) => name), ...sourcesOf(backups)])];
  const selected = chosen ?? onlyNewest(backups, names);
  const filtered = source !== null || from !== '' || until !== '';

  const next = (event: FormEvent) => {
    event.preventDefault();
    if (selected === null) {
      setMissing(true);
      return;
    }
    onChoose(selected);
    onNext();
  };

  return (
    <form onSubmit={next} noValidate>
      <StepHeading>Which backup shall be restored?</StepHeading>
      <Group gap="sm" mb="sm" align="end">
        {names.length > 1 && (
          <Select
            label="Database"
            placeholder="All databases"
            data={names}
            value={source}
            onChange={setSource}
            clearable
            w={180}
          />
        )}
        <TextInput
          type="date"
          label="Taken from"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          w={160}
        />
        <TextInput
          type="date"
          label="Until"
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
          w={160}
        />
        {filtered && (
          <Button
            variant="default"
            onClick={() => {
              setSource(null);
              setFrom('');
              setUntil('');
            }}
          >
            Show all
          </Button>
        )}
      </Group>
      {page.failure && <FailureNotice failure={page.failure} onRetry={page.again} />}
      {(!backups || !stores) && !page.failure && <Loading what="the backups" />}
      {backups && backups.length === 0 && (
        <EmptyState
          title={filtered ? 'No backup of these days' : 'There is no backup yet'}
          action={
            !filtered && (
              <Button component={Link} href="/backups">
                Go to the backups
              </Button>
            )
          }
        >
          {filtered ? 'Choose other dates, or show all.' : 'Take one first; then it can be restored here.'}
        </EmptyState>
      )}
      {backups && stores && page.value && backups.length > 0 && (
        <Stack gap="xs">
          <BackupTimeline
            backups={backups}
            stores={(stores ?? []).map(({ name }) => name)}
            provenAt={provenAt}
            chosen={selected}
            onChoose={(id) => {
              setMissing(false);
              onChoose(id);
            }}
          />
          <Group justify="space-between">
            <Text size="sm">
              {page.value.total > backups.length
                ? `The newest ${backups.length} of ${page.value.total.toLocaleString('en-US')} are shown; choose dates to see others.`
                : `${backups.length} shown, newest first.`}
            </Text>
            {page.value.total > backups.length && limit < lastPage && (
              <Button variant="default" size="compact-sm" onClick={() => setLimit(lastPage)}>
                Show more
              </Button>
            )}
          </Group>
          {missing && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              Choose a backup first.
            </Text>
          )}
          <Group justify="end">
            <Button variant="default" component={Link} href="/restore">
              Leave
            </Button>
            <Button type="submit" rightSection={<IconArrowRight size={16} />}>
              Continue
            </Button>
          </Group>
        </Stack>
      )}
    </form>
  );
}

/** With one source there is hardly a choice: its newest good backup. */
function onlyNewest(backups: readonly Backup[] | undefined, names: readonly string[]): string | null {
  if (names.length !== 1) return null;
  return backups?.find(isRestorable)?.id ?? null;
}

function sourcesOf(backups: readonly Backup[] | undefined): string[] {
  return (backups ?? []).map(({ source }) => source);
}

function dayAfter(day: string): Date {
  const date = startOfDay(day);
  date.setDate(date.getDate() + 1);
  return date;
}
