import { Progress, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { memo, useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { JobView, RunningJob } from '../../shared/contract/jobs.ts';
import { sentence } from '../act.ts';
import { StateMark } from '../components/StateMark.tsx';
import { jobPlace } from '../../shared/jobWords.ts';
import { amountOf, etaWords, jobWords, jobOutcome, percentOf, rateWords, stalledWords } from '../jobWords.ts';
import { useJobs } from '../stores/jobStore.ts';
import look from './ActivityStrip.module.css';
import { CancelJob } from './CancelJob.tsx';
import { useSpokenProgress } from './spokenProgress.ts';
import { hintFor } from '../hints.ts';

/** More jobs than these are counted, and shown on their own screen. */
const shownJobs = 3;
const goodNewsStaysMs = 60_000;

/** What runs now, and for a while how the last job ended; a failure stays until somebody has seen it. */
export function ActivityStrip() {
  const running = useJobs((jobs) => jobs.running);
  const { ended, dismiss } = useEnded();
  const spoken = useSpokenProgress(running);
  return (
    <section className={look.strip} aria-label="Activity">
      <VisuallyHidden role="status" aria-live="polite">
        {spoken}
      </VisuallyHidden>
      {running.slice(0, shownJobs).map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
      {running.length > shownJobs && (
        <div className={look.ended}>
          <Link href="/jobs">and {running.length - shownJobs} more</Link>
        </div>
      )}
      {ended && <EndedRow job={ended} onDismiss={dismiss} />}
      {running.length === 0 && !ended && (
        <div className={look.ended}>
          <span className={look.idle}>Nothing is running.</span> <Link href="/jobs">Earlier jobs</Link>
        </div>
      )}
    </section>
  );
}

const JobRow = memo(function JobRow({ job }: { job: RunningJob }) {
  const name = jobWords(job, new Date());
  const percent = percentOf(job);
  const numbers = [amountOf(job), rateWords(job), etaWords(job)].filter(Boolean).join(' · ');
  const note = job.notes.at(-1);
  return (
    <div className={look.row} data-job={job.id}>
      <Link className={look.cut} href="/jobs" title={name}>
        <strong>{name}</strong>
      </Link>
      <span className={look.cut} title={note ?? job.stage}>
        {job.stalledSince ? <StateMark tone="warning" word={stalledWords(job.stage)} /> : sentence(job.stage)}
        {note && ` · ${note}`}
      </span>
      <Progress.Root>
        <Progress.Section
          value={job.waiting ? 0 : (percent ?? 100)}
          animated={percent === null}
          striped={percent === null}
          aria-label={`Progress: ${name}`}
          aria-valuetext={percent === null ? 'not known' : `${Math.round(percent)}% of this stage`}
        />
      </Progress.Root>
      <span className={`${look.cut} ${look.numbers}`} title={numbers}>
        {numbers}
      </span>
      <CancelJob job={job} />
    </div>
  );
});

function EndedRow({ job, onDismiss }: { job: JobView; onDismiss: () => void }) {
  const { tone, word } = jobOutcome(job);
  return (
    <div className={look.ended}>
      <StateMark tone={tone} word={word} />
      <strong>{jobWords(job, new Date())}</strong>
      {job.failure && job.status !== 'CANCELLED' && (
        <span>
          {sentence(job.failure.message)}. {hintFor(job.failure)}
        </span>
      )}
      {!job.failure && job.notes.length > 0 && <span>{sentence(job.notes.at(-1) ?? '')}</span>}
      <Link href={job.failure ? '/jobs' : jobPlace(job)}>{job.failure ? 'Details' : 'Show'}</Link>
      <UnstyledButton fz="inherit" td="underline" onClick={onDismiss}>
        Dismiss
      </UnstyledButton>
    </div>
  );
}

/** The last job that ended while this window was open, until it was dismissed or is old news. */
function useEnded(): { ended: JobView | null; dismiss: () => void } {
  const lastEnded = useJobs((jobs) => jobs.lastEnded);
  const [dismissed, setDismissed] = useState<string | null>(null);
  useEffect(() => {
    if (lastEnded?.status !== 'DONE' && lastEnded?.status !== 'CANCELLED') return;
    const timer = setTimeout(() => setDismissed(lastEnded.id), goodNewsStaysMs);
    return () => clearTimeout(timer);
  }, [lastEnded]);
  const shown = lastEnded && lastEnded.id !== dismissed ? lastEnded : null;
  return { ended: shown, dismiss: () => setDismissed(lastEnded?.id ?? null) };
}
