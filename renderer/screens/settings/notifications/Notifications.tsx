import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ChannelView } from '../../../../shared/contract/notify.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { useAnswer } from '../../../useAnswer.ts';
import { ChannelCard } from './ChannelCard.tsx';
import { ChannelForm } from './ChannelForm.tsx';
import { OutboxTable } from './OutboxTable.tsx';
import { RouteTable } from './RouteTable.tsx';
import { TimesForm } from './TimesForm.tsx';

/** Who is told of alerts, by which way, of what, and when. */
export function Notifications() {
  const { value, failure, again } = useAnswer('notify.list', {}, ['channels']);
  const [editing, setEditing] = useState<{ channel: ChannelView | null } | null>(null);
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the channels" />;
  const { channels, settings, quietNow } = value;
  const away = channels.filter(({ kind }) => kind !== 'system');
  const close = () => setEditing(null);
  return (
    <>
      <Group gap="sm">
        <Button onClick={() => setEditing({ channel: null })}>Add a channel</Button>
        {quietNow && <Text size="sm">The quiet hours are on: what is not urgent waits for their end.</Text>}
      </Group>
      {away.length === 0 && (
        <EmptyState title="Nobody is told yet">
          Alerts are seen only by who looks at this console. Add a way that reaches somebody elsewhere, and a dead man’s
          switch, so that also silence is noticed.
        </EmptyState>
      )}
      <Stack gap="sm">
        {channels.map((channel) => (
          <ChannelCard key={channel.name} channel={channel} onChange={() => setEditing({ channel })} />
        ))}
      </Stack>
      {channels.length > 0 && <RouteTable channels={channels} />}
      <TimesForm key={JSON.stringify(settings)} settings={settings} />
      <OutboxTable />
      <Modal
        opened={editing !== null}
        onClose={close}
        title={editing?.channel ? `Change the channel ${editing.channel.name}` : 'Add a channel'}
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {editing && (
          <ChannelForm
            channel={editing.channel}
            takenNames={channels.map(({ name }) => name)}
            onDone={({ name }) => {
              close();
              notifications.show({ color: 'green', message: `${name} was saved. Test it now.` });
            }}
          />
        )}
      </Modal>
    </>
  );
}
