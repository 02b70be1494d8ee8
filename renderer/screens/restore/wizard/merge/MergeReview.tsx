import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconArrowLeft, IconRefresh } from '@tabler/icons-react';
import type { JobView } from '../../../../../shared/contract/jobs.ts';
import type { FailureReport } from '../../../../../shared/failure.ts';
import { FailureNotice } from '../../../../components/FailureNotice.tsx';
import { Loading } from '../../../../components/Loading.tsx';
import { JobBar } from '../../../../frame/JobBar.tsx';
import { useAnswer } from '../../../../useAnswer.ts';
import { StepHeading } from '../../StepHeading.tsx';
import type { Draft } from '../draft.ts';
import { MergePlan } from './MergePlan.tsx';
import type { Planning } from './planning.ts';
import { useJob } from './useJob.ts';

interface MergeReviewProps {
  planning: Planning;
  form: UseFormReturnType<Draft>;
  source: string;
  checking: boolean;
  onCheckAgain: () => void;
  onBack: () => void;
}

/** Step 4 of a merge: the rows are compared, then what would happen is said, rehearsed and done. */
export function MergeReview(props: MergeReviewProps) {
  const { planning, checking, onCheckAgain, onBack } = props;
  const { running, ended } = useJob(planning.jobId);
  const done = ended?.status === 'DONE';
  const buttons = (
    <Group justify="end">
      <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>
        Back
      </Button>
      <Button
        variant="default"
        leftSection={checking ? <Loader size={14} /> : <IconRefresh size={16} />}
        disabled={checking || (!ended && running !== null)}
        onClick={onCheckAgain}
      >
        Compare again
      </Button>
    </Group>
  );
  if (done) return <Planned {...props} buttons={buttons} />;
  return (
    <Stack gap="md" maw={820}>
      <StepHeading>{ended ? 'The rows could not be compared' : 'The rows are being compared'}</StepHeading>
      {running && !ended && (
        <>
          <JobBar job={running} title="Comparing" />
          <Text size="sm">Nothing is changed meanwhile, and nobody has to wait.</Text>
        </>
      )}
      {!running && !ended && <Loading what="the comparison" />}
      {ended && <Refused job={ended} />}
      {buttons}
    </Stack>
  );
}

function Planned(props: MergeReviewProps & { buttons: React.ReactNode }) {
  const { value, failure, again } = useAnswer('merge.planned', { planId: props.planning.planId }, []);
  if (failure) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the comparison" />;
  if (value.plan) return <MergePlan {...props} plan={value.plan} />;
  return (
    <Stack gap="md" maw={820}>
      <StepHeading>The comparison is gone</StepHeading>
      <Text size="sm">Strongroom was started again since. Compare once more; nothing was changed.</Text>
      {props.buttons}
    </Stack>
  );
}

function Refused({ job }: { job: JobView }) {
  if (job.status === 'CANCELLED' || !job.failure)
    return <Text size="sm">It was {job.status === 'CANCELLED' ? 'cancelled' : 'ended'}; nothing was changed.</Text>;
  const { code, message, hint } = job.failure;
  return <FailureNotice failure={{ code: code as FailureReport['code'], message, hint, details: {} }} />;
}
