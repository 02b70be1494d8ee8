import { severities } from '../../shared/alert.ts';
import { formatCount } from '../../shared/format.ts';
import { useAnswer } from '../useAnswer.ts';
import look from './Frame.module.css';

/** How many alerts are open; nothing where none is. */
export function OpenAlertCount() {
  const { value } = useAnswer('alerts.list', { open: true, limit: 1 }, ['alerts']);
  if (!value) return null;
  const { open } = value;
  const total = severities.reduce((sum, severity) => sum + open[severity], 0);
  if (total === 0) return null;
  const bad = open.CRITICAL + open.ERROR > 0;
  return (
    <span className={look.count} data-tone={bad ? 'bad' : undefined} aria-label={`${total} open`}>
      {formatCount(total)}
    </span>
  );
}
