import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ChannelView } from '../../../../shared/contract/notify.ts';
import { act, sentence } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { Moment } from '../../../components/Moment.tsx';
import { StateMark } from '../../../components/StateMark.tsx';
import { ConfirmModal } from '../../../forms/ConfirmModal.tsx';
import { useAttempt } from '../../../forms/useAttempt.ts';
import { hintFor } from '../../../hints.ts';
import { clockAndDay } from '../../../when.ts';
import { channelKindWords } from './channelDraft.ts';

/** One way to tell somebody: how it fares, and what can be done with it. */
export function ChannelCard({ channel, onChange }: { channel: ChannelView; onChange: () => void }) {
  const { name, kind, place, warnings, failure: lastFailure, failingSince, waiting, held } = channel;
  const { busy, failure, attempt } = useAttempt();
  const [seconds, setSeconds] = useState<number | null>(null);
  const [removing, setRemoving] = useState(false);
  const test = () => {
    setSeconds(null);
    return attempt(async () => setSeconds((await act('notify.test', { name })).seconds));
  };
  return (
    <Paper component="article" withBorder p="sm" aria-labelledby={`channel-${name}`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="sm">
            <Title order={3} id={`channel-${name}`}>
              {name}
            </Title>
            <Fares channel={channel} />
          </Group>
          <Group gap="xs">
            <Button size="compact-sm" variant="default" loading={busy} onClick={test} aria-label={`Test ${name}`}>
              Test
            </Button>
            {kind !== 'system' && (
              <>
                <Button size="compact-sm" variant="default" onClick={onChange} aria-label={`Change ${name}`}>
                  Change
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  onClick={() => setRemoving(true)}
                  aria-label={`Remove ${name}`}
                >
                  Remove
                </Button>
              </>
            )}
          </Group>
        </Group>
        <Text size="sm">
          {channelKindWords[kind]}: {place}
        </Text>
        {warnings.map((warning) => (
          <StateMark key={warning} tone="warning" word={warning} />
        ))}
        {failingSince !== null && lastFailure && !failure && (
          <Text size="sm">
            {sentence(lastFailure.message)}. {hintFor(lastFailure)}
          </Text>
        )}
        {waiting > 0 && (
          <Text size="sm">
            {waiting} {waiting === 1 ? 'message waits' : 'messages wait'}
            {held > 0 && `, ${held} of them for the end of the quiet hours`}.
          </Text>
        )}
        {failure && <FailureNotice failure={failure} />}
        <div role="status">
          {seconds !== null && (
            <StateMark tone="good" word={`Took a test message in ${seconds.toFixed(1)} s. Look whether it arrived.`} />
          )}
        </div>
      </Stack>
      <ConfirmModal
        opened={removing}
        onClose={() => setRemoving(false)}
        title={`Remove the channel ${name}?`}
        action="Remove the channel"
        work={() => act('notify.remove', { name })}
      >
        <Text size="sm">
          <strong>Lost:</strong> this way to {place}, with its secret
          {waiting > 0 && `, and the ${waiting} that wait for it`}. It cannot be undone here: add it again, with its
          secret typed anew.
        </Text>
        <Text size="sm">
          <strong>Stays:</strong> the alerts themselves, and every other channel.
        </Text>
      </ConfirmModal>
    </Paper>
  );
}

function Fares({ channel: { failingSince, lastSuccessAt } }: { channel: ChannelView }) {
  if (failingSince !== null)
    return (
      <Group gap={6}>
        <StateMark tone="bad" word="Failing" />
        <Text size="sm">since {clockAndDay(failingSince, new Date())}</Text>
      </Group>
    );
  if (lastSuccessAt === null) return <StateMark tone="unknown" word="Nothing told yet" />;
  return (
    <Group gap={6}>
      <StateMark tone="good" word="Works" />
      <Text size="sm">
        last told <Moment at={lastSuccessAt} />
      </Text>
    </Group>
  );
}
