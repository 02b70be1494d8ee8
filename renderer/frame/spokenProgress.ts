import { useEffect, useRef, useState } from 'react';
import type { RunningJob } from '../../shared/contract/jobs.ts';
import { etaWords, jobWords, jobOutcome, percentOf } from '../jobWords.ts';
import { useJobs } from '../stores/jobStore.ts';

/** Between two sentences about one stage: progress comes ten times a second, and a voice needs time. */
const pauseMs = 15_000;

/** What a screen reader says of the jobs: a new stage at once, the same one now and then, and the end of each. */
export function useSpokenProgress(running: readonly RunningJob[]): string {
  const [spoken, setSpoken] = useState('');
  const last = useRef({ key: '', at: 0 });
  const lastEnded = useJobs((jobs) => jobs.lastEnded);

  useEffect(() => {
    const key = running.map(({ id, stage, cancelling }) => `${id} ${stage} ${cancelling}`).join();
    const now = performance.now();
    if (running.length === 0 || (key === last.current.key && now - last.current.at < pauseMs)) return;
    last.current = { key, at: now };
    setSpoken(running.map(spokenOf).join('. '));
  }, [running]);

  useEffect(() => {
    if (!lastEnded) return;
    const failure = lastEnded.failure && lastEnded.status !== 'CANCELLED' ? `: ${lastEnded.failure.message}` : '';
    setSpoken(`${jobWords(lastEnded, new Date())}: ${jobOutcome(lastEnded).word}${failure}`);
  }, [lastEnded]);

  return spoken;
}

function spokenOf(job: RunningJob): string {
  const percent = percentOf(job);
  const words = [job.cancelling ? 'cancelling' : job.stage];
  if (percent !== null) words.push(`${Math.round(percent)}%`);
  if (etaWords(job)) words.push(etaWords(job));
  return `${jobWords(job, new Date())}: ${words.join(', ')}`;
}
