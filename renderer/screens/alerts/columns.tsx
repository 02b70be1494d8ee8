import { aboutWords, type Alert } from '../../../shared/alert.ts';
import { formatAge, formatMoment } from '../../../shared/format.ts';
import { alertState, alertTypeWords, severityMark } from '../../components/alertWords.ts';
import type { Column } from '../../components/DataTable.tsx';
import { StateMark } from '../../components/StateMark.tsx';

const ageOf = (iso: string) => formatAge((Date.now() - Date.parse(iso)) / 1000);

export const alertColumns: Column<Alert>[] = [
  {
    key: 'severity',
    head: 'Severity',
    width: 'minmax(96px, 0.6fr)',
    cell: (alert) => <StateMark {...severityMark(alert)} />,
  },
  {
    key: 'since',
    head: 'Since',
    width: 'minmax(100px, 0.6fr)',
    title: ({ openedAt }) => formatMoment(openedAt),
    cell: ({ openedAt }) => <time dateTime={openedAt}>{ageOf(openedAt)}</time>,
  },
  { key: 'type', head: 'What', width: 'minmax(124px, 0.8fr)', cell: ({ type }) => alertTypeWords[type] },
  {
    key: 'about',
    head: 'About',
    width: 'minmax(84px, 0.9fr)',
    title: ({ about }) => aboutWords(about) || undefined,
    cell: ({ about }) => aboutWords(about) || 'Strongroom',
  },
  {
    key: 'message',
    head: 'What was seen',
    width: 'minmax(210px, 3fr)',
    title: ({ message, hint }) => `${message}. ${hint}`,
    cell: ({ id, message }) => (
      <a href={`#/alerts/${id}`} tabIndex={-1}>
        {message}
      </a>
    ),
  },
  {
    key: 'state',
    head: 'State',
    width: 'minmax(126px, 1fr)',
    title: alertState,
    cell: (alert) => alertState(alert),
  },
];
