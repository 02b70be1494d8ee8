import { Group, Text } from '@mantine/core';
import type { StoreStatus } from '../../shared/contract/stores.ts';
import type { Tone } from '../components/tone.ts';

const steps = [
  { step: 'putMs', word: 'write' },
  { step: 'getMs', word: 'read back' },
  { step: 'listMs', word: 'list' },
  { step: 'deleteMs', word: 'delete' },
] as const;

/** Whether a store can be used, in a word; grey where nobody has asked it yet. */
export function storeMark(status: StoreStatus | null): { tone: Tone; word: string } {
  if (!status) return { tone: 'unknown', word: 'Not looked at yet' };
  if (status.writable) return { tone: 'good', word: 'Works' };
  return { tone: 'bad', word: status.reachable ? 'Cannot be used' : 'Not reachable' };
}

/** How long each step of a store's test took; nothing where none was reached. */
export function ProbeTimings({ status: { name, timings } }: { status: StoreStatus }) {
  if (steps.every(({ step }) => timings[step] === null)) return null;
  return (
    <Group gap="md" role="list" aria-label={`Timings of ${name}`}>
      {steps.map(({ step, word }) => (
        <Text key={step} size="xs" c="dimmed" role="listitem">
          {word}{' '}
          <Text span inherit c="var(--mantine-color-text)">
            {inMilliseconds(timings[step])}
          </Text>
        </Text>
      ))}
    </Group>
  );
}

function inMilliseconds(milliseconds: number | null): string {
  if (milliseconds === null) return 'not reached';
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
