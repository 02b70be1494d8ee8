import { Button, CopyButton, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { JobView, RunningJob } from '../../../shared/contract/jobs.ts';
import { formatDuration, formatMoment } from '../../../shared/format.ts';
import { sentence } from '../../act.ts';
import { Facts } from '../../components/Facts.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Moment } from '../../components/Moment.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { CancelJob } from '../../frame/CancelJob.tsx';
import { jobPlace } from '../../../shared/jobWords.ts';
import { amountOf, etaWords, jobWords, jobOutcome, percentOf, rateWords, stalledWords } from '../../jobWords.ts';
import { useJobs } from '../../stores/jobStore.ts';
import { useAnswer } from '../../useAnswer.ts';
import look from './Jobs.module.css';
import { hintFor } from '../../hints.ts';

const firstJobs = 50;
const mostJobs = 500;

/** What runs now, with every detail, and how the jobs before ended. */
export function Jobs() {
  const running = useJobs((jobs) => jobs.running);
  const [limit, setLimit] = useState(firstJobs);
  const { value, failure, again } = useAnswer('jobs.recent', { limit: mostJobs }, ['jobs']);
  const ended = value?.jobs.filter(({ status }) => status !== 'RUNNING');
  return (
    <>
      <PageHead title="Jobs" />
      <Stack gap="sm">
        {running.length === 0 && (
          <Section title="Running">
            <Text size="sm" c="dimmed">
              Nothing is running.
            </Text>
          </Section>
        )}
        {running.map((job) => (
          <RunningDetails key={job.id} job={job} />
        ))}
        <Section title="Earlier">
          {failure && <FailureNotice failure={failure} onRetry={again} />}
          {!ended && !failure && <Loading what="the jobs" />}
          {ended?.length === 0 && (
            <Text size="sm" c="dimmed">
              No job has run yet.
            </Text>
          )}
          <ul className={look.jobs}>
            {ended?.slice(0, limit).map((job) => (
              <EndedJob key={job.id} job={job} />
            ))}
          </ul>
          {ended && ended.length > limit && (
            <Button variant="default" size="compact-sm" mt="xs" onClick={() => setLimit(mostJobs)}>
              Show more
            </Button>
          )}
        </Section>
      </Stack>
    </>
  );
}

function RunningDetails({ job }: { job: RunningJob }) {
  const name = jobWords(job, new Date());
  const percent = percentOf(job);
  return (
    <Section title={name} aside={<CancelJob job={job} />}>
      <Progress.Root mb="xs">
        <Progress.Section
          value={percent ?? 100}
          animated={percent === null}
          striped={percent === null}
          aria-label={`Progress: ${name}`}
          aria-valuetext={percent === null ? 'not known' : `${Math.round(percent)}% of this stage`}
        />
      </Progress.Root>
      <Facts
        rows={[
          [
            'Stage',
            job.stalledSince ? (
              <StateMark key="stalled" tone="warning" word={stalledWords(job.stage)} />
            ) : (
              sentence(job.stage)
            ),
          ],
          ['No byte since', job.stalledSince && <Moment key="since" at={job.stalledSince} />],
          ['Done', amountOf(job) || 'nothing is counted in this stage'],
          ['Rate', rateWords(job) || 'not known yet'],
          ['Time left', etaWords(job) || 'not known yet'],
          [
            'Began',
            <>
              {formatMoment(job.startedAt)} (<Moment at={job.startedAt} />)
            </>,
          ],
          ['If it is cancelled', job.cancelLeaves],
          ['Notes', job.notes.length === 0 ? null : job.notes.map((note) => <div key={note}>{sentence(note)}</div>)],
        ]}
      />
      <Text size="xs" c="dimmed" mt="xs">
        It goes on when this window is closed.
      </Text>
    </Section>
  );
}

function EndedJob({ job }: { job: JobView }) {
  const name = jobWords(job, new Date());
  const place = jobPlace(job);
  const seconds = job.endedAt === null ? null : (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000;
  return (
    <li>
      <div className={look.line}>
        <StateMark {...jobOutcome(job)} />
        {place === '/jobs' ? <strong>{name}</strong> : <Link href={place}>{name}</Link>}
        <Moment at={job.startedAt} />
        {seconds !== null && <span className={look.dim}>took {formatDuration(seconds)}</span>}
      </div>
      {job.failure && job.status !== 'CANCELLED' && (
        <div className={look.more}>
          <div>
            {sentence(job.failure.message)}. {hintFor(job.failure)}
          </div>
          <CopyButton value={JSON.stringify(job, null, 2)}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy} aria-label={`Copy details: ${name}`}>
                {copied ? 'Copied' : 'Copy details'}
              </Button>
            )}
          </CopyButton>
        </div>
      )}
      {job.notes.length > 0 && (
        <ul className={look.notes}>
          {job.notes.map((note) => (
            <li key={note}>{sentence(note)}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
