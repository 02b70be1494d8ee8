import { Alert, Button, Group, List, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconRefresh, IconRestore } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import type { BackupDetail } from '../../../../shared/contract/backups.ts';
import type { RestorePreview, RestoreTarget } from '../../../../shared/contract/restores.ts';
import { reportFailure, type FailureReport } from '../../../../shared/failure.ts';
import { formatBytes, formatMoment } from '../../../../shared/format.ts';
import { act } from '../../../act.ts';
import { Facts } from '../../../components/Facts.tsx';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { StateMark } from '../../../components/StateMark.tsx';
import { TypedName, useTypedName } from '../../../forms/TypedName.tsx';
import { StepHeading } from '../StepHeading.tsx';
import { durationRange } from '../../../when.ts';
import type { Draft } from './draft.ts';
import { rememberStarted } from './startedStore.ts';

/** What the console found when it looked at the server, or why it would refuse. */
export type Preview = { ok: true; found: RestorePreview } | { ok: false; refusal: FailureReport };

/** Step 4: what will happen, in plain words, and the start. */
export function ReviewStep({
  backup,
  draft,
  target,
  preview,
  checking,
  onCheckAgain,
  onBack,
}: {
  backup: BackupDetail;
  draft: Draft;
  target: RestoreTarget;
  preview: Preview;
  checking: boolean;
  onCheckAgain: () => void;
  onBack: () => void;
}) {
  const [, navigate] = useLocation();
  const { field, typed: typedName, isRight } = useTypedName(target.into);
  const [starting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState<FailureReport | null>(null);
  const replaces = draft.aim === 'replace';
  const mustType = replaces && preview.ok && preview.found.targetExists;

  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (!preview.ok) return;
    if (mustType && !isRight()) return;
    setStarting(true);
    setRefusal(null);
    try {
      const { restoreId, jobId } = replaces
        ? await act('restores.startSwap', { ...target, typedName: mustType ? typedName : target.into })
        : await act('restores.start', target);
      rememberStarted({ restoreId, jobId, backupId: backup.id, draft });
      navigate(`/restore/${restoreId}`);
    } catch (error) {
      setRefusal(reportFailure(error));
      setStarting(false);
    }
  };

  return (
    <form onSubmit={(event) => void start(event)} noValidate>
      <StepHeading>What will happen</StepHeading>
      <Stack gap="md" maw={820}>
        {!preview.ok && <FailureNotice failure={preview.refusal} />}
        {preview.ok && <Consequences found={preview.found} />}
        {preview.ok && <Plan backup={backup} target={target} found={preview.found} />}
        {mustType && (
          <TypedName label={`Type the name of the live database that is replaced: ${target.into}`} {...field} />
        )}
        {refusal && <FailureNotice failure={refusal} />}
        <Group justify="end">
          <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>
            Back
          </Button>
          <Button
            variant={preview.ok ? 'default' : 'filled'}
            leftSection={checking ? <Loader size={14} /> : <IconRefresh size={16} />}
            disabled={checking}
            onClick={onCheckAgain}
          >
            Check again
          </Button>
          {preview.ok && (
            <Button
              type="submit"
              color={replaces ? 'red' : undefined}
              loading={starting}
              leftSection={<IconRestore size={16} />}
            >
              {replaces ? `Restore and replace ${target.into}` : 'Start the restore'}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function Consequences({ found: { consequences, warnings } }: { found: RestorePreview }) {
  return (
    <>
      <List spacing={4} size="md">
        {consequences.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
      {warnings.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title="Good to know before">
          <List spacing={4} size="sm">
            {warnings.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}

function Plan({ backup, target, found }: { backup: BackupDetail; target: RestoreTarget; found: RestorePreview }) {
  const facts: [string, string][] = [
    ['Backup', `${backup.source}, ${formatMoment(backup.createdAt)}`],
    ['Into', `${target.into} on ${found.server} (PostgreSQL ${found.serverVersion})`],
    ['Data', formatBytes(found.plainBytes)],
    [
      'Will take',
      found.estimateSeconds
        ? `${durationRange(found.estimateSeconds)}, going by earlier restores`
        : 'not known yet: nothing of this database was restored here before',
    ],
  ];
  return (
    <>
      <Facts rows={facts} />
      <div>
        <Title order={3} mb={4}>
          Copies, in the order in which they are tried
        </Title>
        <Stack gap={4}>
          {found.stores.map(({ name, ok, reason }) => (
            <Group key={name} gap="xs" wrap="nowrap" align="center">
              <StateMark tone={ok ? 'good' : 'bad'} word={ok ? 'Good' : 'Not usable'} />
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {name}
                {reason === null ? '' : `: ${reason}`}
              </Text>
            </Group>
          ))}
        </Stack>
      </div>
    </>
  );
}
