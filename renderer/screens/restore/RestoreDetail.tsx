import { Button, Group, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import type { JobView } from '../../../shared/contract/jobs.ts';
import type { FailureReport } from '../../../shared/failure.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { RelatedAlerts } from '../../components/RelatedAlerts.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { RestoreProgress } from './detail/RestoreProgress.tsx';
import { Result } from './detail/Result.tsx';
import { useRestoreJob } from './detail/useRestoreJob.ts';
import { StepHeading } from './StepHeading.tsx';
import { StepList } from './StepList.tsx';
import { tryAgain, useStarted } from './wizard/startedStore.ts';

/** One restore: how it goes while it runs, and how it ended. */
export function RestoreDetail() {
  const { id } = useParams<{ id: string }>();
  const { value: restore, failure, loading, again } = useAnswer('restores.show', { id }, ['restores']);
  const sources = useAnswer('sources.list', {}, ['sources']);
  const started = useStarted((state) => (state.started?.restoreId === id ? state.started : null));
  const { running, last, known } = useRestoreJob(id);
  // A restore comes into the log once its preflight was passed: it is asked for again at every stage until then.
  const stage = running?.stage;
  useEffect(() => {
    if (stage !== undefined) again();
  }, [stage, again]);

  const source = sources.value?.sources.find(({ name }) => name === restore?.source);
  const live = source?.database ?? null;
  const swaps = started?.draft.aim === 'replace' || (restore !== null && restore.target === live);

  return (
    <>
      <PageHead
        title={restore ? `${restore.mode === 'MERGE' ? 'Merge' : 'Restore'} into ${restore.target}` : 'Restore'}
      >
        <Button variant="default" component={Link} href="/restore">
          All restores
        </Button>
      </PageHead>
      <StepList current={running ? 'Restore' : 'Result'} />
      <RelatedAlerts of={{ restoreId: id }} />
      {running ? (
        <RestoreProgress key={running.id} job={running} swaps={swaps} />
      ) : restore && restore.status !== 'IN_PROGRESS' ? (
        <Result key={restore.status} restore={restore} live={live} last={last} />
      ) : restore && known && !loading ? (
        <NobodyWorks />
      ) : last?.failure && !restore && known ? (
        <Refused id={id} job={last} backupId={started?.backupId ?? null} />
      ) : failure && known ? (
        <FailureNotice failure={failure} onRetry={again} />
      ) : (
        <Loading what="the restore" />
      )}
    </>
  );
}

/** The preflight said no: nothing was made, so there is only the job to tell why. */
function Refused({ id, job, backupId }: { id: string; job: JobView; backupId: string | null }) {
  const [, navigate] = useLocation();
  const { code, message, hint } = job.failure!;
  const cancelled = job.status === 'CANCELLED';
  return (
    <>
      <StepHeading>{cancelled ? 'Cancelled before it began' : 'It was refused before it began'}</StepHeading>
      {!cancelled && <FailureNotice failure={{ code: code as FailureReport['code'], message, hint, details: {} }} />}
      <Text size="sm" mb="md">
        Nothing was made, and nothing live was touched.
      </Text>
      <Group>
        <Button onClick={() => navigate(tryAgain(id, backupId))}>Change something and try again</Button>
      </Group>
    </>
  );
}

function NobodyWorks() {
  return (
    <EmptyState title="This restore is not finished, and nothing here works on it">
      It was started by the command line and still runs there, or Strongroom was ended in the middle. In that case its
      next start drops what was half-made; nothing live was touched.
    </EmptyState>
  );
}
