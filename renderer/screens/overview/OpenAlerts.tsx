import { Button, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { severities, type Alert } from '../../../shared/alert.ts';
import type { ListedAlerts } from '../../../shared/contract/alerts.ts';
import { formatCount } from '../../../shared/format.ts';
import { alertWayOut, severityMarks } from '../../components/alertWords.ts';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { firstWords } from './evidenceWords.ts';
import look from './Overview.module.css';

const firstShown = 4;
const shortWords = 30;

/** The open alerts, the worst first, in about thirty words each; nothing where none is open. */
export function OpenAlerts({ listed }: { listed: ListedAlerts | null }) {
  const [all, setAll] = useState(false);
  if (!listed || listed.alerts.length === 0) return null;
  const { alerts, open } = listed;
  const total = severities.reduce((sum, severity) => sum + open[severity], 0);
  return (
    <Section
      title={total === 1 ? 'One open alert' : `${formatCount(total)} open alerts`}
      aside={<Link href="/alerts">All alerts</Link>}
    >
      <ul className={look.problems}>
        {alerts.slice(0, all ? undefined : firstShown).map((alert) => (
          <AlertLine key={alert.id} alert={alert} />
        ))}
      </ul>
      {alerts.length > firstShown && (
        <Button variant="default" size="compact-sm" mt="xs" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${alerts.length - firstShown} more`}
        </Button>
      )}
    </Section>
  );
}

function AlertLine({ alert }: { alert: Alert }) {
  const [whole, setWhole] = useState(false);
  const text = `${alert.message}. ${alert.hint}`;
  const { words, more } = firstWords(text, shortWords);
  return (
    <li>
      <StateMark {...severityMarks[alert.severity]} />
      <span className={look.problemText}>
        {whole ? text : words}{' '}
        {more && (
          <UnstyledButton fz="inherit" td="underline" onClick={() => setWhole(!whole)}>
            {whole ? 'Show less' : 'Show more'}
          </UnstyledButton>
        )}{' '}
        <Link href={alert.link} aria-label={`${alertWayOut(alert)}: ${alert.message}`}>
          {alertWayOut(alert)}
        </Link>{' '}
        <Link href={`/alerts/${alert.id}`} aria-label={`Look after it: ${alert.message}`}>
          Look after it
        </Link>
      </span>
    </li>
  );
}
