import { Button, Code, List, Paper, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Answer } from '../../../shared/contract/contract.ts';
import { formatCount } from '../../../shared/format.ts';
import { byReason } from '../../../shared/tenant.ts';
import { sentence } from '../../act.ts';
import { StateMark } from '../../components/StateMark.tsx';
import type { Tone } from '../../components/tone.ts';
import { hintFor } from '../../hints.ts';

type Check = Answer<'sources.doctor'>['checks'][number];

const marks: Record<Check['severity'], { tone: Tone; word: string }> = {
  block: { tone: 'bad', word: 'Must be mended' },
  warn: { tone: 'warning', word: 'Deserves a look' },
  ok: { tone: 'good', word: 'Good' },
};
const order = Object.keys(marks);

/** Everything that was looked at, the worst first, with what to do about it. */
export function DoctorChecks({ ok, checks }: Answer<'sources.doctor'>) {
  const sorted = checks.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Text size="sm" fw={600} role="status">
          {ok ? 'Nothing stands in the way of a backup.' : 'A backup or a restore would fail as it is.'}
        </Text>
        <Table aria-label="What was looked at" verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={150}>State</Table.Th>
              <Table.Th>What was found</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map(({ id, severity, message, hint, code, findings = [] }) => (
              <Table.Tr key={id}>
                <Table.Td style={{ verticalAlign: 'top' }}>
                  <StateMark {...marks[severity]} />
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {/* Of a source it begins with its name, which keeps its letters. */}
                  {id.startsWith('source:') ? message : sentence(message)}
                  {findings.length > 1 && <Reasons findings={findings} />}
                  {hint && <Hint text={hintFor({ code: code ?? '', hint })} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Paper>
  );
}

const shownAtFirst = 12;

/** What shares a reason stands together; of very many the rest is shown when it is asked for. */
function Reasons({ findings }: { findings: NonNullable<Check['findings']> }) {
  const [all, setAll] = useState(false);
  return (
    <>
      <List size="sm" spacing={2} mt={2}>
        {byReason(findings).map(({ reason, relations }) => (
          <List.Item key={reason}>
            {sentence(reason)}: <code>{(all ? relations : relations.slice(0, shownAtFirst)).join(', ')}</code>
            {!all && relations.length > shownAtFirst && ` and ${formatCount(relations.length - shownAtFirst)} more`}
          </List.Item>
        ))}
      </List>
      {byReason(findings).some(({ relations }) => relations.length > shownAtFirst) && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : 'Show all'}
        </Button>
      )}
    </>
  );
}

/** A hint of several lines ends in something to copy, such as SQL. */
function Hint({ text }: { text: string }) {
  const [first = '', ...more] = text.split('\n');
  return (
    <>
      <Text size="sm" c="dimmed">
        {first}
      </Text>
      {more.length > 0 && (
        <Code block tabIndex={0} mt={4}>
          {more.join('\n')}
        </Code>
      )}
    </>
  );
}
