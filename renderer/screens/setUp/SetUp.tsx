import { Anchor, Box, Container, Group, Text, Title } from '@mantine/core';
import { Link, useParams } from 'wouter';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { DemoProgress } from './DemoProgress.tsx';
import { FirstBackupStep } from './FirstBackupStep.tsx';
import { KitStep } from './KitStep.tsx';
import { ScheduleStep } from './ScheduleStep.tsx';
import { SourceStep } from './SourceStep.tsx';
import { StepList } from './StepList.tsx';
import { stepOf, steps, type StepPath } from './steps.ts';
import { StoresStep } from './StoresStep.tsx';

const screens: Record<StepPath, () => React.ReactNode> = {
  source: SourceStep,
  stores: StoresStep,
  kit: KitStep,
  schedule: ScheduleStep,
  backup: FirstBackupStep,
};

/** The set-up: five steps that can be left and come back to. What is done already is shown in each. */
export function SetUp() {
  const { step = 'source' } = useParams<{ step?: string }>();
  if (step === 'demo') return <DemoProgress />;
  const current = stepOf(step);
  if (!current)
    return (
      <Container component="main" size="md" py="lg">
        <Title order={1}>Set-up</Title>
        <FailureNotice
          failure={{
            code: 'REQUEST_UNKNOWN',
            message: 'the set-up has no such step',
            hint: `Its steps are: ${steps.map(({ name }) => name.toLowerCase()).join(', ')}.`,
            details: { step },
          }}
        />
        <Anchor component={Link} href="/set-up/source">
          Go to the first step
        </Anchor>
      </Container>
    );
  const Screen = screens[current.path];
  return (
    <Container component="main" size={880} py="lg">
      <Group justify="space-between" align="baseline" mb="md">
        <Title order={1}>Set up Strongroom</Title>
        <Anchor component={Link} href="/" size="sm">
          Leave, and go on later
        </Anchor>
      </Group>
      <StepList current={current.path} />
      <Box component="section" aria-labelledby="step-title" mt="lg">
        <Text size="xs" c="dimmed">
          Step {steps.indexOf(current) + 1} of {steps.length}
        </Text>
        <Title order={2} id="step-title" mb="sm">
          {current.title}
        </Title>
        <Screen key={current.path} />
      </Box>
    </Container>
  );
}
