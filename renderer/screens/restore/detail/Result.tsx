import { Alert, Anchor, Button, Group, List, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { JobView } from '../../../../shared/contract/jobs.ts';
import type { FailureReport } from '../../../../shared/failure.ts';
import { formatBytes, formatDuration, formatMoment } from '../../../../shared/format.ts';
import type { Restore } from '../../../../shared/restore.ts';
import { sentence as capital } from '../../../act.ts';
import { Facts } from '../../../components/Facts.tsx';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { Section } from '../../../components/Section.tsx';
import { timeOfId } from '../../../jobWords.ts';
import { outcomeOf } from '../outcome.ts';
import { StepHeading } from '../StepHeading.tsx';
import { tryAgain } from '../wizard/startedStore.ts';
import { Checks, TableChecks } from './Checks.tsx';
import { MergeCounts } from './MergeCounts.tsx';
import { RollBack } from './RollBack.tsx';
import { SwapIn } from './SwapIn.tsx';
import { UndoMerge } from './UndoMerge.tsx';

/** Step 6: how a restore ended, what can be done now, and what it is known by. */
export function Result({ restore, live, last }: { restore: Restore; live: string | null; last: JobView | null }) {
  const { tone, word, sentence, advice, alarming } = outcomeOf(restore);
  const color = alarming ? 'red' : tone === 'good' ? 'green' : 'gray';
  const Icon = alarming ? IconAlertTriangle : tone === 'good' ? IconCircleCheck : IconInfoCircle;
  const laterFailed = last?.status === 'FAILED' && (last.kind === 'swap' || last.kind === 'rollback');
  return (
    <Stack gap="md">
      <StepHeading>{word}</StepHeading>
      {laterFailed && last.failure && <FailureNotice failure={reportOf(last.failure)} />}
      <Alert color={color} icon={<Icon size={20} />} maw={820}>
        <Text size="md">{sentence}</Text>
        {advice !== null && (
          <Text size="md" fw={600} mt={4}>
            {advice}
          </Text>
        )}
      </Alert>
      <NextMoves restore={restore} live={live} alarming={alarming} />
      {restore.merge && restore.status !== 'FAILED' && (
        <Section title={restore.merge.rehearsal ? 'What the rehearsal did, and rolled back' : 'What was merged'}>
          <MergeCounts merge={restore.merge} />
        </Section>
      )}
      {restore.notes.length > 0 && (
        <Section title="Notes">
          <List size="sm" spacing={2}>
            {restore.notes.map((note) => (
              <List.Item key={note}>{capital(note)}</List.Item>
            ))}
          </List>
        </Section>
      )}
      <SimpleGrid cols={{ base: 1, lg: restore.verification ? 2 : 1 }} spacing="md">
        {restore.verification && <Checks verification={restore.verification} />}
        <Known restore={restore} />
      </SimpleGrid>
      {restore.verification && <TableChecks verification={restore.verification} />}
    </Stack>
  );
}

function NextMoves({ restore, live, alarming }: { restore: Restore; live: string | null; alarming: boolean }) {
  const [, navigate] = useLocation();
  const { id, mode, status, swapped, replaced, backupId } = restore;
  const failed = alarming || status === 'FAILED';
  if (status === 'ROLLED_BACK')
    return (
      <Group>
        <Button component={Link} href="/restore/new">
          New restore…
        </Button>
      </Group>
    );
  return (
    <Group gap="xs">
      {mode === 'MERGE' && status === 'COMPLETED' && <UndoMerge restore={restore} />}
      {mode !== 'MERGE' && status === 'COMPLETED' && !swapped && replaced === null && live !== null && (
        <>
          <SwapIn restore={restore} live={live} />
          <Button component={Link} href="/restore">
            Keep both
          </Button>
        </>
      )}
      {swapped && (
        <>
          <RollBack restore={restore} />
          <Button component={Link} href="/restore">
            Keep both
          </Button>
        </>
      )}
      {failed && (
        <>
          <Button onClick={() => navigate(tryAgain(id, backupId))}>Change something and try again</Button>
          <Button variant="default" component={Link} href="/restore/new">
            Choose another backup
          </Button>
        </>
      )}
    </Group>
  );
}

function Known({ restore }: { restore: Restore }) {
  const facts: [string, ReactNode][] = [
    [
      'Backup',
      <Anchor key="backup" component={Link} href={`/backups/${restore.backupId}`} inherit underline="always">
        {restore.source}, {formatMoment(timeOfId(restore.backupId).toISOString())}
      </Anchor>,
    ],
    ['Held as', restore.heldAs],
    ['Server', restore.server],
    ['Started', formatMoment(restore.startedAt)],
    ['Ended', restore.completedAt === null ? null : formatMoment(restore.completedAt)],
    ['Took', restore.durationSeconds === null ? null : formatDuration(restore.durationSeconds)],
    ['Data', restore.restoredBytes === null ? null : formatBytes(restore.restoredBytes)],
    ['Kept from before', restore.swapped && restore.replaced !== null ? restore.replaced : null],
    ['Started by', restore.initiatedBy],
    ['Number', restore.id],
  ];
  return (
    <Section title="Facts">
      <Facts rows={facts} />
    </Section>
  );
}

/** A logged failure as a notice takes it. */
function reportOf({ code, message, hint }: NonNullable<JobView['failure']>): FailureReport {
  return { code: code as FailureReport['code'], message, hint, details: {} };
}
