import { Button, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { counted, formatCount } from '../../../../../shared/format.ts';
import { tablePolicies, type TableComparison, type TablePolicy } from '../../../../../shared/merge.ts';
import { Section } from '../../../../components/Section.tsx';
import { StateMark } from '../../../../components/StateMark.tsx';
import { shortPolicies } from './policyWords.ts';
import { Samples } from './Samples.tsx';

interface PlanTableProps {
  tables: readonly TableComparison[];
  policyOf: (table: string) => TablePolicy;
  onPolicy: (table: string, policy: TablePolicy) => void;
}

/** How every table of the backup compares with the live one, and what shall become of it. */
export function PlanTable({ tables, policyOf, onPolicy }: PlanTableProps) {
  const [all, setAll] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const differing = tables.filter(({ insert, differ, extra, conflicts }) => insert + differ + extra + conflicts > 0);
  const shown = all ? tables : differing;
  const same = tables.length - differing.length;
  return (
    <Section
      title="Table by table"
      aside={
        same > 0 && (
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? 'Show only those that differ' : `Show also ${counted(same, 'table')} without a difference`}
          </Button>
        )
      }
    >
      {shown.length === 0 && <Text size="sm">No row differs in any table.</Text>}
      {shown.length > 0 && (
        <Table.ScrollContainer minWidth={860} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table aria-label="Tables" verticalSpacing={4} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Table</Table.Th>
                <Table.Th ta="right">Missing</Table.Th>
                <Table.Th ta="right">Different</Table.Th>
                <Table.Th ta="right">Only live</Table.Th>
                <Table.Th ta="right">The same</Table.Th>
                <Table.Th>In the way</Table.Th>
                <Table.Th w={190}>Put back</Table.Th>
                <Table.Th w={110}>Rows</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((table) => {
                const policy = policyOf(table.name);
                const open = opened === table.name;
                return (
                  <Fragment key={table.name}>
                    <Table.Tr>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>{table.name}</Table.Td>
                      <Counted rows={table.insert} fate={policy === 'leave' ? 'left out' : 'put back'} />
                      <Counted
                        rows={table.differ}
                        fate={policy === 'overwrite' || policy === 'mirror' ? 'overwritten' : 'stay'}
                      />
                      <Counted rows={table.extra} fate={policy === 'mirror' ? 'deleted' : 'stay'} />
                      <Table.Td ta="right">{formatCount(table.same)}</Table.Td>
                      <Table.Td>
                        {table.conflicts > 0 && (
                          <StateMark
                            tone={policy === 'leave' ? 'neutral' : 'bad'}
                            word={`${counted(table.conflicts, 'conflict')}${policy === 'leave' ? ', left alone' : ''}`}
                          />
                        )}
                      </Table.Td>
                      <Table.Td>
                        <NativeSelect
                          size="xs"
                          aria-label={`What is put back of ${table.name}`}
                          value={policy}
                          onChange={(event) => onPolicy(table.name, event.currentTarget.value as TablePolicy)}
                          data={tablePolicies.map((value) => ({ value, label: shortPolicies[value] }))}
                        />
                      </Table.Td>
                      <Table.Td>
                        {table.samples.length + table.conflictSamples.length > 0 && (
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            aria-expanded={open}
                            aria-label={`Compare rows of ${table.name}`}
                            leftSection={open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
                            onClick={() => setOpened(open ? null : table.name)}
                          >
                            Compare
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                    {open && (
                      <Table.Tr>
                        <Table.Td colSpan={8}>
                          <TableSamples table={table} />
                        </Table.Td>
                      </Table.Tr>
                    )}
                  </Fragment>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}

/** A number, and what becomes of these rows. */
function Counted({ rows, fate }: { rows: number; fate: string }) {
  return (
    <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {formatCount(rows)}
      {rows > 0 && (
        <Text span size="xs" c="dimmed" display="block">
          {fate}
        </Text>
      )}
    </Table.Td>
  );
}

/** What is in the way first: it holds the merge back. */
function TableSamples({ table: { name, conflicts, conflictSamples, differ, samples } }: { table: TableComparison }) {
  return (
    <Stack gap="sm">
      {conflictSamples.length > 0 && (
        <Samples title={`Rows of ${name} that are in the way`} count={conflicts} samples={conflictSamples} />
      )}
      {samples.length > 0 && <Samples title={`Rows of ${name} that differ`} count={differ} samples={samples} />}
    </Stack>
  );
}
