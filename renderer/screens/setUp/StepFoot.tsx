import { Button, Group } from '@mantine/core';
import { Link } from 'wouter';
import { steps, type StepPath } from './steps.ts';

/** The way back, and the way on: in plain words whether something is skipped by it. */
export function StepFoot({ step, ready }: { step: StepPath; ready: boolean }) {
  const index = steps.findIndex(({ path }) => path === step);
  const before = steps[index - 1];
  const after = steps[index + 1];
  return (
    <Group justify="space-between" mt="xl">
      {before ? (
        <Button component={Link} href={`/set-up/${before.path}`} variant="default">
          Back
        </Button>
      ) : (
        <span />
      )}
      {after && (
        <Button component={Link} href={`/set-up/${after.path}`} variant={ready ? 'filled' : 'default'}>
          {ready ? `Continue: ${after.name.toLowerCase()}` : 'Skip for now'}
        </Button>
      )}
    </Group>
  );
}
