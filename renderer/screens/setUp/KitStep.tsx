import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Answer } from '../../../shared/contract/contract.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useConsole } from '../../stores/consoleStore.ts';
import { KitPaper } from './KitPaper.tsx';
import { ProveKit } from './ProveKit.tsx';
import { StepFoot } from './StepFoot.tsx';

/** Step 3: the recovery kit is printed or saved, and one line is typed back; then it is gone from this machine. */
export function KitStep() {
  const proven = useConsole(({ state }) => state?.kitProven ?? false);
  const [kit, setKit] = useState<Answer<'setUp.kit'> | null>(null);
  const [onPaper, setOnPaper] = useState(false);
  const { busy, failure, attempt } = useAttempt();
  const show = () =>
    attempt(async () => {
      setKit(await act('setUp.kit', {}));
      setOnPaper(false);
    });

  if (proven)
    return (
      <Stack gap="md">
        <StateMark tone="good" word="The kit is proven" />
        <Text size="sm">
          Somebody has typed back a line of it, and its file was removed from this machine. The paper is now the only
          thing that opens your backups when this machine is gone: keep it where neither fire nor thief takes both.
        </Text>
        <StepFoot step="kit" ready />
      </Stack>
    );

  return (
    <Stack gap="md">
      <List size="sm" spacing={4}>
        <List.Item>
          Every backup is sealed. This machine can open them – and so can whoever holds the recovery kit, on any
          computer, without Strongroom.
        </List.Item>
        <List.Item>
          If this machine burns, is stolen or its disk dies, the kit is the <strong>only</strong> key. Nobody can make
          another one: without it the backups are lost.
        </List.Item>
        <List.Item>
          Print it, or save it to a USB stick, and keep it away from this machine: a safe, the bank, the owner's home.
        </List.Item>
      </List>
      {failure && (
        <>
          <FailureNotice failure={failure} />
          {failure.code === 'KIT_GONE' && <ProveKit askedLine="the whole line “Recovery key”" />}
        </>
      )}
      {!kit && (
        <Group gap="sm">
          <Button onClick={show} loading={busy}>
            Show the recovery kit
          </Button>
          <Text size="xs" c="dimmed">
            It holds the secret key: look who stands behind you.
          </Text>
        </Group>
      )}
      {kit && !onPaper && <KitPaper text={kit.text} fileName={kit.fileName} onKept={() => setOnPaper(true)} />}
      {kit && onPaper && (
        <>
          <ProveKit askedLine={kit.askedLine} />
          <div>
            <Button variant="subtle" size="compact-sm" onClick={() => setOnPaper(false)}>
              Show the kit again
            </Button>
          </div>
        </>
      )}
      <StepFoot step="kit" ready={false} />
    </Stack>
  );
}
