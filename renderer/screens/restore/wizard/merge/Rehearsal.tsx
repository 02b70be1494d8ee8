import { Stack, Text } from '@mantine/core';
import type { FailureReport } from '../../../../../shared/failure.ts';
import { FailureNotice } from '../../../../components/FailureNotice.tsx';
import { Loading } from '../../../../components/Loading.tsx';
import { Section } from '../../../../components/Section.tsx';
import { StateMark } from '../../../../components/StateMark.tsx';
import { JobBar } from '../../../../frame/JobBar.tsx';
import { useAnswer } from '../../../../useAnswer.ts';
import { MergeCounts } from '../../detail/MergeCounts.tsx';
import { useJob } from './useJob.ts';

/** A rehearsal as it runs, and what came of it. Whatever it did was rolled back. */
export function Rehearsal({ restoreId, jobId }: { restoreId: string; jobId: string }) {
  const { running, ended } = useJob(jobId);
  const { value } = useAnswer('restores.show', { id: restoreId }, ['restores', 'jobs']);
  if (!ended) return running ? <JobBar job={running} title="Rehearsing" /> : <Loading what="the rehearsal" />;
  const { failure } = ended;
  const merge = value?.status === 'REHEARSED' ? value.merge : null;
  return (
    <Section
      title="The rehearsal"
      aside={
        ended.status === 'DONE' ? (
          <StateMark tone="good" word="It works" />
        ) : (
          <StateMark
            tone={ended.status === 'CANCELLED' ? 'neutral' : 'bad'}
            word={ended.status === 'CANCELLED' ? 'Cancelled' : 'It would fail'}
          />
        )
      }
    >
      <Stack gap="xs">
        {failure && ended.status !== 'CANCELLED' && (
          <FailureNotice failure={{ ...failure, code: failure.code as FailureReport['code'], details: {} }} />
        )}
        <Text size="sm" role="status">
          {ended.status === 'DONE'
            ? 'Everything was done and then rolled back: the live database is as it was.'
            : 'Nothing was changed: the live database is as it was.'}
        </Text>
        {merge && <MergeCounts merge={merge} />}
      </Stack>
    </Section>
  );
}
