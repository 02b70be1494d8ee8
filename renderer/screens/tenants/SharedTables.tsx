import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { SourceView } from '../../../shared/contract/sources.ts';
import { formatCount } from '../../../shared/format.ts';
import type { RowFinding } from '../../../shared/tenant.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Section } from '../../components/Section.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';

interface SharedTablesProps {
  source: SourceView;
  findings: readonly RowFinding[];
  onConfirmed: () => void;
}

/** Tables without tenants: somebody who knows the shop says that every tenant may have all of their rows. */
export function SharedTables({ source, findings, onConfirmed }: SharedTablesProps) {
  const waiting = findings
    .filter(({ mode, severity }) => mode === 'tenant' && severity === 'confirm')
    .map(({ relation }) => relation);
  const confirmed = source.tenants?.sharedTables ?? [];
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set());
  const { busy, failure, attempt } = useAttempt();
  const tables = waiting.filter((table) => chosen.has(table));
  const toggle = (table: string) => setChosen(chosen.symmetricDifference(new Set([table])));
  const confirm = async () => {
    if (!(await attempt(() => act('tenants.confirmShared', { source: source.name, tables })))) return;
    setChosen(new Set());
    onConfirmed();
  };
  if (waiting.length === 0 && confirmed.length === 0) return null;
  return (
    <Section title="Tables that all tenants share">
      <Stack gap="xs">
        {waiting.length > 0 && (
          <>
            <Text size="sm">
              Nothing tells whose the rows of these tables are. Confirm a table only if every tenant may have all of its
              rows, such as a list of prices: it then becomes part of every tenant’s backup, whole. A table that holds
              rows of single tenants needs a column or a policy instead. Only an owner may confirm.
            </Text>
            {waiting.map((table) => (
              <Checkbox
                key={table}
                size="sm"
                label={<code>{table}</code>}
                checked={chosen.has(table)}
                onChange={() => toggle(table)}
              />
            ))}
            {failure && <FailureNotice failure={failure} />}
            <Group gap="xs">
              <Button onClick={() => void confirm()} loading={busy} disabled={tables.length === 0}>
                {tables.length < 2
                  ? 'Confirm that it is shared'
                  : `Confirm that ${formatCount(tables.length)} are shared`}
              </Button>
              {waiting.length > 1 && (
                <Button variant="default" onClick={() => setChosen(new Set(waiting))}>
                  Choose all {formatCount(waiting.length)}
                </Button>
              )}
            </Group>
          </>
        )}
        {confirmed.length > 0 && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            Confirmed, and part of every tenant’s backup: {confirmed.join(', ')}.
          </Text>
        )}
      </Stack>
    </Section>
  );
}
