import { Checkbox, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { severities, type Severity } from '../../../../shared/alert.ts';
import { calledAfter, type Route } from '../../../../shared/channel.ts';
import type { ChannelView } from '../../../../shared/contract/notify.ts';
import { act } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { Section } from '../../../components/Section.tsx';
import { useAttempt } from '../../../forms/useAttempt.ts';

const tellsFrom: { value: Severity | ''; label: string }[] = [
  ...severities.map((value, rank) => ({
    value,
    label: rank === 0 ? 'only CRITICAL' : value === 'INFO' ? 'everything' : `${value} and worse`,
  })),
  { value: '', label: 'nothing' },
];

/** Which channel tells what. A change counts at once. */
export function RouteTable({ channels }: { channels: ChannelView[] }) {
  const { busy, failure, attempt } = useAttempt();
  const change = ({ name }: ChannelView, route: Partial<Route>) =>
    void attempt(() => act('notify.route', { name, route }));
  return (
    <Section title="Who is told what">
      <Stack gap="xs">
        <Table.ScrollContainer
          minWidth={520}
          type="native"
          tabIndex={0}
          role="region"
          aria-label="Who is told what, a table"
        >
          <Table aria-label="Who is told what" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Channel</Table.Th>
                <Table.Th>Tells alerts</Table.Th>
                <Table.Th>When nobody has looked</Table.Th>
                <Table.Th>In the quiet hours</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {channels.map((channel) => (
                <Table.Tr key={channel.name}>
                  <Table.Th scope="row">{channel.name}</Table.Th>
                  {channel.kind === 'deadman' ? (
                    <Table.Td colSpan={3}>
                      <Text size="sm">
                        is called {calledAfter(channel.settings.kind === 'deadman' ? channel.settings.sources : [])},
                        and never else
                      </Text>
                    </Table.Td>
                  ) : (
                    <>
                      <Table.Td>
                        <NativeSelect
                          size="xs"
                          maw={180}
                          aria-label={`Alerts that ${channel.name} tells`}
                          data={tellsFrom}
                          value={channel.route.minSeverity ?? ''}
                          disabled={busy}
                          onChange={({ currentTarget }) =>
                            change(channel, { minSeverity: (currentTarget.value || null) as Severity | null })
                          }
                        />
                      </Table.Td>
                      <Table.Td>
                        <Checkbox
                          size="xs"
                          label="tells again"
                          aria-label={`${channel.name} tells what nobody has looked at`}
                          checked={channel.route.escalations}
                          disabled={busy}
                          onChange={({ currentTarget }) => change(channel, { escalations: currentTarget.checked })}
                        />
                      </Table.Td>
                      <Table.Td>
                        <Checkbox
                          size="xs"
                          label="keeps still"
                          aria-label={`${channel.name} keeps still in the quiet hours`}
                          checked={channel.route.quiet}
                          disabled={busy}
                          onChange={({ currentTarget }) => change(channel, { quiet: currentTarget.checked })}
                        />
                      </Table.Td>
                    </>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {failure && <FailureNotice failure={failure} />}
      </Stack>
    </Section>
  );
}
