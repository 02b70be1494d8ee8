import { Group, Paper, Progress, Stack, Text } from '@mantine/core';
import type { RunningJob } from '../../shared/contract/jobs.ts';
import { sentence } from '../act.ts';
import { CancelJob } from './CancelJob.tsx';
import { amountOf, etaWords, percentOf, rateWords } from '../jobWords.ts';

/** A running job: what it does just now, how far it is, how fast, and how long that may still take. */
export function JobBar({ job, title }: { job: RunningJob; title: string }) {
  const percent = percentOf(job);
  const amount = amountOf(job);
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Text fw={600} role="status">
          {title}: {job.stage}
        </Text>
        <Progress.Root size="lg">
          <Progress.Section
            value={percent ?? 100}
            color={percent === null ? 'gray.5' : undefined}
            animated={percent === null}
            striped={percent === null}
            aria-label={`${title}: ${job.stage}`}
            aria-valuetext={amount || 'working'}
          />
        </Progress.Root>
        <Group gap="lg" mih={20}>
          {[amount, rateWords(job), etaWords(job)].filter(Boolean).map((words) => (
            <Text key={words} size="sm">
              {words}
            </Text>
          ))}
        </Group>
        {job.notes.map((note) => (
          <Text key={note} size="sm">
            {sentence(note)}
          </Text>
        ))}
        <Group gap="sm">
          <CancelJob job={job} />
          <Text size="xs" c="dimmed">
            You may leave this page meanwhile.
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
