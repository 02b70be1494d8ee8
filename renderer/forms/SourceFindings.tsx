import { Button, Code, List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { SourceAnswer } from '../../shared/contract/sources.ts';
import { formatCount } from '../../shared/format.ts';
import { StateMark } from '../components/StateMark.tsx';
import { RoleSql } from './RoleSql.tsx';

const shownAtFirst = 8;

/** What a database turned out to be when it was asked: its version, the programs that dump it, what stands in the way. */
export function SourceFindings({ answer }: { answer: SourceAnswer }) {
  const { serverVersion, tools, obstacles } = answer;
  const clear = obstacles.length === 0;
  const ofLogins = answer.findings.filter(({ mode }) => mode === 'wal' || mode === 'restore');
  return (
    <Paper withBorder p="md" component="section" aria-label={`What ${answer.name} answered`}>
      <Stack gap="sm">
        <div role="status">
          <StateMark tone={clear ? 'good' : 'bad'} word={clear ? 'Ready for backups' : 'Not ready for a full backup'} />
          <Text size="sm" mt={4}>
            PostgreSQL {serverVersion} answers.{' '}
            {clear
              ? 'The role may read every table, and no rows are hidden from it.'
              : `A backup by this role would not be whole: ${formatCount(obstacles.length)} ${obstacles.length === 1 ? 'thing' : 'things'} cannot be read in full.`}
          </Text>
        </div>
        {!clear && <Obstacles obstacles={obstacles} />}
        {ofLogins.length > 0 && (
          <Stack gap="xs">
            <Title order={3}>What the logins for streaming and restores lack</Title>
            <Obstacles obstacles={ofLogins} />
          </Stack>
        )}
        <ToolTable tools={tools} />
        {!clear && (
          <Stack gap="xs">
            <Title order={3}>A role that sees everything</Title>
            <RoleSql />
          </Stack>
        )}
      </Stack>
    </Paper>
  );
}

function Obstacles({ obstacles }: Pick<SourceAnswer, 'obstacles'>) {
  const [all, setAll] = useState(false);
  const shown = all ? obstacles : obstacles.slice(0, shownAtFirst);
  const more = obstacles.length - shownAtFirst;
  return (
    <div>
      <List size="sm" spacing={2}>
        {shown.map(({ relation, reason }) => (
          <List.Item key={`${relation} ${reason}`}>
            <Code>{relation}</Code> – {reason}
          </List.Item>
        ))}
      </List>
      {more > 0 && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show ${formatCount(more)} more`}
        </Button>
      )}
    </div>
  );
}

function ToolTable({ tools }: Pick<SourceAnswer, 'tools'>) {
  return (
    <Table aria-label="PostgreSQL programs on this machine" verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>PostgreSQL programs</Table.Th>
          <Table.Th>Folder</Table.Th>
          <Table.Th>Use</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tools.map(({ version, path, chosen }) => (
          <Table.Tr key={path}>
            <Table.Td>{version}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{path}</Table.Td>
            <Table.Td>{chosen ? 'dumps this server' : 'not used'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
