import { Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '../../../shared/format.ts';
import type { FindingSeverity, RowFinding } from '../../../shared/tenant.ts';
import { sentence } from '../../act.ts';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import type { Tone } from '../../components/tone.ts';

const marks: Record<FindingSeverity, { tone: Tone; word: string }> = {
  block: { tone: 'bad', word: 'Stands in the way' },
  confirm: { tone: 'warning', word: 'To be confirmed' },
  warn: { tone: 'warning', word: 'Deserves a look' },
};
const order = Object.keys(marks);
const modeWords: Record<RowFinding['mode'], string> = {
  full: 'Full',
  tenant: 'Tenants',
  wal: 'Streaming',
  restore: 'Restores',
};
const shownAtFirst = 20;

/** Every table that deserves a word, the worst first, with the reason. */
export function Findings({ findings, ok }: { findings: readonly RowFinding[]; ok: boolean }) {
  const [all, setAll] = useState(false);
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const shown = all ? sorted : sorted.slice(0, shownAtFirst);
  const more = sorted.length - shownAtFirst;
  return (
    <Section
      title="What was found"
      aside={<StateMark tone={ok ? 'good' : 'bad'} word={ok ? 'Ready for tenants' : 'Not ready for tenants'} />}
    >
      <Text size="sm" role="status">
        {ok
          ? 'A backup of a tenant holds exactly the rows that its login may see, and that is proven each time.'
          : 'A backup of a tenant would be refused as it is: it might hold too little, or rows of somebody else.'}
      </Text>
      {sorted.length > 0 && (
        <Table aria-label="Findings" verticalSpacing={5} mt="xs" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={160}>State</Table.Th>
              <Table.Th w={90}>Backups</Table.Th>
              <Table.Th w="26%">Table or role</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ mode, relation, severity, reason }) => (
              <Table.Tr key={`${mode} ${relation} ${reason}`} style={{ verticalAlign: 'top' }}>
                <Table.Td>
                  <StateMark {...marks[severity]} />
                </Table.Td>
                <Table.Td>{modeWords[mode]}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <code>{relation}</code>
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{sentence(reason)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {more > 0 && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show ${formatCount(more)} more`}
        </Button>
      )}
    </Section>
  );
}
