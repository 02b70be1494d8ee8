import { Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import { scheduledKindNames } from '../../../shared/schedule.ts';
import { Section } from '../../components/Section.tsx';
import { clockAndDay } from '../../when.ts';
import { PausedNotice } from '../../components/PausedNotice.tsx';
import { useAnswer } from '../../useAnswer.ts';
import look from './Overview.module.css';

const shown = 5;

/** Says at the top that nothing runs by itself, where somebody has paused that. */
export function Paused() {
  const { value } = useAnswer('schedules.list', {}, ['schedules']);
  return value?.paused ? <PausedNotice paused={value.paused} /> : null;
}

/** What runs next by itself. */
export function NextRuns() {
  const { value } = useAnswer('schedules.list', {}, ['schedules', 'sources']);
  if (!value) return null;
  const runs = value.schedules
    .flatMap(({ id, kind, source, next }) => (next === null ? [] : [{ id, kind, source, next }]))
    // It runs all the time, and would stand first for ever.
    .filter(({ kind }) => kind !== 'health')
    .toSorted((a, b) => a.next.localeCompare(b.next));
  return (
    <Section title="Next runs" aside={<Link href="/schedule">Schedule</Link>}>
      {value.paused ? (
        <Text size="sm">Nothing, while the schedule is paused.</Text>
      ) : (
        <ul className={look.problems}>
          {runs.slice(0, shown).map(({ id, kind, source, next }) => (
            <li key={id}>
              <time dateTime={next}>{clockAndDay(next, new Date())}</time>
              <Group gap={6} className={look.problemText}>
                {scheduledKindNames[kind]}
                {source !== null && <strong>{source}</strong>}
              </Group>
            </li>
          ))}
          {runs.length === 0 && (
            <Text component="li" size="sm">
              Nothing runs by itself: every schedule is off.
            </Text>
          )}
        </ul>
      )}
    </Section>
  );
}
