import { Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Alert } from '../../shared/alert.ts';
import { alertState, severityMark } from './alertWords.ts';
import { clockAndDay } from '../when.ts';
import { StateMark } from './StateMark.tsx';

/** Alerts as lines, each with the way to its own page. */
export function AlertLines({ alerts }: { alerts: readonly Alert[] }) {
  return (
    <ul style={{ display: 'grid', gap: 6, margin: 0, padding: 0, listStyle: 'none' }}>
      {alerts.map((alert) => (
        <Text component="li" size="sm" key={alert.id}>
          <StateMark {...severityMark(alert)} /> <Link href={`/alerts/${alert.id}`}>{alert.message}</Link>{' '}
          <Text span size="xs" c="dimmed">
            since {clockAndDay(alert.openedAt, new Date())}, {alertState(alert).toLowerCase()}
          </Text>
        </Text>
      ))}
    </ul>
  );
}
