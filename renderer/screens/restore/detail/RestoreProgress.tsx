import { Alert, Button, Group, Modal, Paper, Progress, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCircle, IconCircleCheck, IconLoader2, IconX } from '@tabler/icons-react';
import type { RunningJob } from '../../../../shared/contract/jobs.ts';
import { act, tellFailure } from '../../../act.ts';
import { amountOf, etaWords, percentOf, rateWords } from '../../../jobWords.ts';
import style from '../restore.module.css';
import { StepHeading } from '../StepHeading.tsx';
import { stagesOf, type StageState } from './stages.ts';

/** Step 5: a restore as it runs. It goes on without this window; a cancel says first what it leaves. */
export function RestoreProgress({ job, swaps }: { job: RunningJob; swaps: boolean }) {
  return (
    <Stack gap="md" maw={720}>
      <StepHeading>{headings[job.kind] ?? 'It is being restored'}</StepHeading>
      {job.kind === 'restore full' && (
        <ol className={style.stages} aria-label="Stages">
          {stagesOf(job.stage, swaps).map(({ name, does, state }) => (
            <li
              key={name}
              className={`${style.stage} ${state === 'running' ? style.stageRunning : ''}`}
              aria-current={state === 'running' ? 'step' : undefined}
            >
              <StageIcon state={state} />
              <span>
                {does}
                {state === 'done' && ' – done'}
              </span>
            </li>
          ))}
        </ol>
      )}
      <Bytes job={job} />
      {job.notes.length > 0 && (
        <Stack gap={2}>
          {job.notes.map((note) => (
            <Text key={note} size="sm">
              {note}
            </Text>
          ))}
        </Stack>
      )}
      <Text size="sm">It is safe to close this window: the restore goes on, and its result is kept under Restore.</Text>
      <Cancel job={job} />
    </Stack>
  );
}

const headings: Record<string, string> = {
  'restore full': 'It is being restored',
  swap: 'The databases are being exchanged',
  rollback: 'It is being rolled back',
  merge: 'It is being merged',
  'merge rehearsal': 'It is being rehearsed',
};

function StageIcon({ state }: { state: StageState }) {
  if (state === 'done') return <IconCircleCheck size={18} color="var(--mantine-color-green-filled)" aria-hidden />;
  if (state === 'running')
    return <IconLoader2 size={18} className={style.turning} color="var(--mantine-primary-color-filled)" aria-hidden />;
  return <IconCircle size={18} opacity={0.5} aria-hidden />;
}

/** Bytes, rate and time of the running stage; a stage that counts none shows a bar that only says "working". */
function Bytes({ job }: { job: RunningJob }) {
  const percent = percentOf(job);
  const numbers = [amountOf(job), rateWords(job), etaWords(job)].filter((words) => words !== '');
  return (
    <Paper withBorder p="sm">
      <Progress.Root size="lg">
        <Progress.Section
          value={percent ?? 100}
          animated={percent === null}
          aria-label="Progress of this stage"
          aria-valuetext={percent === null ? 'working' : `${Math.round(percent)} %`}
        />
      </Progress.Root>
      <Group gap="lg" mt={6} mih={20}>
        {numbers.length === 0 && <Text size="sm">Working; this stage counts no bytes.</Text>}
        {numbers.map((words) => (
          <Text key={words} size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
            {words}
          </Text>
        ))}
      </Group>
    </Paper>
  );
}

function Cancel({ job }: { job: RunningJob }) {
  const [asking, { open, close }] = useDisclosure(false);
  const cancel = () => {
    close();
    act('jobs.cancel', { id: job.id }).catch(tellFailure);
  };
  if (job.cancelling)
    return (
      <Alert color="gray" title="It is being cancelled">
        {job.cancelLeaves}
      </Alert>
    );
  return (
    <>
      <Group>
        <Button variant="default" leftSection={<IconX size={16} />} onClick={open}>
          Cancel…
        </Button>
        <Text size="sm">If you cancel: {job.cancelLeaves.charAt(0).toLowerCase() + job.cancelLeaves.slice(1)}</Text>
      </Group>
      <Modal
        opened={asking}
        onClose={close}
        title="Cancel this restore?"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Text size="sm">{job.cancelLeaves}</Text>
        <Group justify="end" mt="md">
          <Button variant="default" onClick={close} data-autofocus>
            Let it go on
          </Button>
          <Button color="red" onClick={cancel}>
            Cancel the restore
          </Button>
        </Group>
      </Modal>
    </>
  );
}
