import { Anchor, Button, Container, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useConsole } from '../../stores/consoleStore.ts';
import { JobBar } from '../../frame/JobBar.tsx';
import { useJobOf } from './useJobOf.ts';

/** Shows how the demo shop is made, and then goes to the overview; where it cannot be made, why not. */
export function DemoProgress() {
  const [, navigate] = useLocation();
  const { running, ended, failure: failed, loading } = useJobOf('demo', null);
  const demo = useConsole(({ state }) => state?.demo ?? 'none');
  const [seen, setSeen] = useState(false);
  const { busy, failure, attempt } = useAttempt();
  useEffect(() => {
    if (running) setSeen(true);
  }, [running]);
  const done = !running && ended?.status === 'DONE' && (seen || demo === 'running');
  useEffect(() => {
    if (done) navigate('/', { replace: true });
  }, [done, navigate]);

  const shown = failure ?? failed;
  return (
    <Container component="main" size={720} py="xl">
      <Stack gap="md">
        <Title order={1}>The demo shop</Title>
        <Text size="sm">
          A small jewellery shop with twelve tenants, in a PostgreSQL server of its own on this machine. It is a
          database like yours will be: back it up, restore it, break it. Making it takes a minute or two and about 250
          MB of disk. Settings → Demo shop removes all of it.
        </Text>
        {loading && !running && <Loading what="the demo shop" />}
        {running && <JobBar job={running} title="Making the demo shop" />}
        {!running && !loading && !done && (
          <>
            {shown && <FailureNotice failure={shown} />}
            <Group>
              <Button loading={busy} onClick={() => attempt(() => act('demo.start', {}))}>
                {ended ? 'Try again' : 'Start the demo shop'}
              </Button>
              <Button component={Link} href="/set-up/source" variant="default">
                Connect a database instead
              </Button>
            </Group>
          </>
        )}
        <Anchor component={Link} href="/" size="sm">
          Go to the overview
        </Anchor>
      </Stack>
    </Container>
  );
}
