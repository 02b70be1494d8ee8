import { Button, Center, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { act, tellFailure } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useConsole } from '../../stores/consoleStore.ts';
import { RecoverByHand } from './RecoverByHand.tsx';

/** The very first screen on a machine: connect a database, try the demo, or recover from the kit. */
export function FirstRun() {
  const [, navigate] = useLocation();
  const { busy, failure, attempt } = useAttempt();
  const [doing, setDoing] = useState<'begin' | 'demo'>('begin');
  const [recovering, setRecovering] = useState(false);
  const home = useConsole(({ state }) => state?.home);

  // The place is chosen first: as soon as the state folder is there, this screen gives way to whatever is chosen.
  const begin = () => {
    setDoing('begin');
    navigate('/set-up/source');
    return attempt(async () => {
      const state = await act('setUp.begin', {});
      useConsole.setState({ state });
    });
  };
  const tryDemo = () => {
    setDoing('demo');
    navigate('/set-up/demo');
    return attempt(async () => {
      try {
        await act('demo.start', {});
      } catch (error) {
        if (useConsole.getState().state?.phase !== 'fresh') tellFailure(error);
        throw error;
      }
    });
  };

  return (
    <Center component="main" mih="100vh" p="lg">
      <Stack maw={920} gap="lg">
        <div>
          <Title order={1}>Strongroom</Title>
          <Text size="lg" mt={4}>
            Keeps backups of a PostgreSQL shop database in several places, and proves that they come back.
          </Text>
          <Text size="sm" c="dimmed" mt={4}>
            Nothing is set up on this machine yet. What would you like to do?
          </Text>
        </div>
        {failure && <FailureNotice failure={failure} />}
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md" component="section" aria-label="What to do first">
          <Choice
            title="Connect a database"
            text="Five steps: the database, the places for copies, the recovery kit, the schedule, and a first backup. About ten minutes; you can stop and go on later."
          >
            <Button fullWidth onClick={begin} loading={busy && doing === 'begin'} disabled={busy}>
              Connect a database
            </Button>
          </Choice>
          <Choice
            title="Try the demo shop"
            text="A small jewellery shop in a PostgreSQL server of its own on this machine, to back up, break and restore. It touches nothing of yours and is removed with one click."
          >
            <Button fullWidth variant="default" onClick={tryDemo} loading={busy && doing === 'demo'} disabled={busy}>
              Start the demo shop
            </Button>
          </Choice>
          <Choice
            title="Recover from a recovery kit"
            text="The computer that made the backups is lost, and you have the paper with the recovery key and one store with the copies."
          >
            <Button
              fullWidth
              variant="default"
              onClick={() => setRecovering(!recovering)}
              aria-expanded={recovering}
              aria-controls="recover-by-hand"
            >
              {recovering ? 'Hide the steps' : 'Show how'}
            </Button>
          </Choice>
        </SimpleGrid>
        <div id="recover-by-hand">{recovering && <RecoverByHand />}</div>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          Settings and keys of this machine will be kept in {home}.
        </Text>
      </Stack>
    </Center>
  );
}

function Choice({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Stack h="100%" justify="space-between" gap="md">
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" mt={6}>
            {text}
          </Text>
        </div>
        {children}
      </Stack>
    </Paper>
  );
}
