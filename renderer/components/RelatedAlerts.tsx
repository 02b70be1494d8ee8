import { useAnswer } from '../useAnswer.ts';
import { AlertLines } from './AlertLines.tsx';
import { Section } from './Section.tsx';

/** Alerts about one backup or restore; nothing where there is none. */
export function RelatedAlerts({ of }: { of: { backupId: string } | { restoreId: string } }) {
  const { value } = useAnswer('alerts.list', { open: false, limit: 20, ...of }, ['alerts']);
  if (!value || value.alerts.length === 0) return null;
  return (
    <Section title="Alerts about it">
      <AlertLines alerts={value.alerts} />
    </Section>
  );
}
