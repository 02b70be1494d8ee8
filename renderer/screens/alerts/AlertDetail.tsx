import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { aboutWords, type Alert, type AlertEvent, type AlertHistoryEntry } from '../../../shared/alert.ts';
import { alertState, alertTypeWords, alertWayOut, severityMark } from '../../components/alertWords.ts';
import { Facts } from '../../components/Facts.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Moment } from '../../components/Moment.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { ActButtons } from './ActButtons.tsx';
import { ActDialog, type Deed } from './ActDialog.tsx';

const eventWords: Record<AlertEvent, string> = {
  opened: 'Opened',
  changed: 'Changed',
  returned: 'Happened again',
  escalated: 'Got worse',
  reminder: 'Told again',
  acknowledged: 'Acknowledged',
  snoozed: 'Snoozed',
  resolved: 'Resolved',
};

/** One alert: what was seen, what to do, and what has happened to it. */
export function AlertDetail() {
  const { id } = useParams<{ id: string }>();
  const { value: alert, failure, again } = useAnswer('alerts.show', { id }, ['alerts']);
  const history = useAnswer('alerts.history', { id, limit: 1000 }, ['alerts']);
  const [deed, setDeed] = useState<Deed | null>(null);
  return (
    <>
      <PageHead title={alert ? alertTypeWords[alert.type] : 'Alert'}>
        {alert && alert.status !== 'RESOLVED' && <ActButtons onAct={setDeed} />}
        <Button variant="default" component={Link} href="/alerts">
          All alerts
        </Button>
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!alert && !failure && <Loading what="the alert" />}
      {alert && (
        <Stack gap="sm">
          <Seen alert={alert} />
          <Section title="What has happened">
            {history.failure && <FailureNotice failure={history.failure} onRetry={history.again} />}
            <History entries={history.value?.entries ?? []} />
          </Section>
        </Stack>
      )}
      <ActDialog deed={deed} ids={[id]} onClose={() => setDeed(null)} />
    </>
  );
}

function Seen({ alert }: { alert: Alert }) {
  const { message, hint, link, about, openedAt, seenAt, returns, status } = alert;
  const words = aboutWords(about);
  return (
    <Section title="What was seen">
      <Group gap="xs" mb="xs">
        <StateMark {...severityMark(alert)} />
        <Text size="sm">{alertState(alert)}</Text>
      </Group>
      <Text mb={4}>{message}.</Text>
      {hint !== '' && status !== 'RESOLVED' && (
        <Text size="sm" mb="xs">
          {hint}
        </Text>
      )}
      <Facts
        rows={[
          ['About', words === '' ? 'Strongroom' : words],
          ['Since', <Moment key="since" at={openedAt} />],
          ['Last seen', <Moment key="seen" at={seenAt} />],
          ...(returns > 0 ? [['Came back', `${returns} ${returns === 1 ? 'time' : 'times'}`] as const] : []),
        ]}
      />
      <Link href={link}>{alertWayOut(alert)}</Link>
    </Section>
  );
}

function History({ entries }: { entries: readonly AlertHistoryEntry[] }) {
  return (
    <Stack component="ol" gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
      {entries.map(({ at, event, by, note }) => (
        <Text component="li" size="sm" key={`${at} ${event} ${by ?? ''}`}>
          <strong>{eventWords[event]}</strong>
          {by === null ? '' : ` by ${by}`}, <Moment at={at} />
          {note === null ? '' : `: ${note}`}
        </Text>
      ))}
    </Stack>
  );
}
