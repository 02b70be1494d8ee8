import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { formatCount, formatDuration } from '../../../shared/format.ts';
import { lostPoints, scorePoints, type Health, type HealthPart, type HealthPartId } from '../../../shared/health.ts';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import type { Tone } from '../../components/tone.ts';
import { useAnswer } from '../../useAnswer.ts';
import look from './Overview.module.css';

/** How healthy the backups are, and why each lost point is lost; all parts where somebody wants to see them. */
export function HealthScore() {
  const { value } = useAnswer('health.show', {}, ['sources', 'stores', 'backups', 'restores', 'jobs', 'alerts']);
  const [all, setAll] = useState(false);
  if (!value || value.score === null) return null;
  const { parts, score } = value;
  const shown = all ? parts : parts.filter((part) => part.value !== null && part.value < 1);
  return (
    <Section
      title={`Health: ${scorePoints(score)} of 100`}
      aside={
        <Button variant="default" size="compact-sm" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Only what is lost' : 'All parts'}
        </Button>
      }
    >
      {shown.length === 0 && <p className={look.sentence}>No point is lost.</p>}
      <ul className={`${look.problems} ${look.health}`}>
        {shown
          .toSorted((a, b) => lostPoints(b, parts) - lostPoints(a, parts))
          .map((part) => (
            <PartLine key={part.id} part={part} parts={parts} />
          ))}
      </ul>
      <p className={look.sentence}>
        <span className={look.dim}>{historyWords(value)}</span>
      </p>
    </Section>
  );
}

function PartLine({ part, parts }: { part: HealthPart; parts: readonly HealthPart[] }) {
  const { id, name, found, raise, link } = part;
  return (
    <li>
      <StateMark {...markOf(part, parts)} />
      <span className={look.problemText}>
        <strong>{name}: </strong>
        {found}. {raise}{' '}
        {link !== null && (
          <Link href={link} aria-label={`${waysOut[id]}: ${name}`}>
            {waysOut[id]}
          </Link>
        )}
      </span>
    </li>
  );
}

const waysOut: Record<HealthPartId, string> = {
  backups: 'Back up now…',
  proof: 'Test restores',
  copies: 'Go to Stores',
  stores: 'Go to Stores',
  runs: 'Earlier jobs',
  alerts: 'All alerts',
};

function markOf(part: HealthPart, parts: readonly HealthPart[]): { tone: Tone; word: string } {
  if (part.value === null) return { tone: 'unknown', word: 'Not known' };
  if (part.value === 1) return { tone: 'good', word: 'Good' };
  return { tone: part.value < 0.5 ? 'bad' : 'warning', word: `−${lostPoints(part, parts).toFixed(1)} points` };
}

/** What is known of the last weeks, in one line. */
function historyWords({ runs, recovery }: Health): string {
  const { days, alerts, alertSeconds, restores, restoreSeconds } = recovery;
  return [
    runs.ended === 0
      ? `No backup in ${runs.days} days`
      : `${formatCount(runs.well)} of ${formatCount(runs.ended)} backups went well in ${runs.days} days`,
    alertSeconds === null
      ? `no grave alert has ended in ${days} days`
      : `grave alerts lasted ${formatDuration(alertSeconds)} on average (${formatCount(alerts)} in ${days} days)`,
    restoreSeconds === null
      ? `no restore was proven in ${days} days`
      : `restores took ${formatDuration(restoreSeconds)} on average (${formatCount(restores)} in ${days} days)`,
  ].join(' · ');
}
