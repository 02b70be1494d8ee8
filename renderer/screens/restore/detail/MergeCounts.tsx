import { Table, Text } from '@mantine/core';
import { formatCount } from '../../../../shared/format.ts';
import type { MergeResult } from '../../../../shared/merge.ts';
import { StateMark } from '../../../components/StateMark.tsx';

/** What a merge, or its rehearsal, did to each table, and the proof that nobody else was touched. */
export function MergeCounts({ merge: { tables, outsideUnchanged, tenant } }: { merge: MergeResult }) {
  const touched = tables.filter(
    ({ inserted, updated, deleted, conflicts }) => inserted + updated + deleted + conflicts > 0,
  );
  const untouched = tables.length - touched.length;
  return (
    <>
      <StateMark
        tone={outsideUnchanged ? 'good' : 'bad'}
        word={`${tenant === null ? 'Everything outside' : 'Other tenants'} unchanged: ${outsideUnchanged ? 'proven' : 'not proven'}`}
      />
      {touched.length > 0 && (
        <Table aria-label="What was done to each table" verticalSpacing={4} fz="sm" maw={820}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Table</Table.Th>
              <Table.Th ta="right">Put back</Table.Th>
              <Table.Th ta="right">Overwritten</Table.Th>
              <Table.Th ta="right">Deleted</Table.Th>
              <Table.Th ta="right">The same</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody style={{ fontVariantNumeric: 'tabular-nums' }}>
            {touched.map(({ name, inserted, updated, deleted, same }) => (
              <Table.Tr key={name}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
                <Table.Td ta="right">{formatCount(inserted)}</Table.Td>
                <Table.Td ta="right">{formatCount(updated)}</Table.Td>
                <Table.Td ta="right">{formatCount(deleted)}</Table.Td>
                <Table.Td ta="right">{formatCount(same)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {untouched > 0 && (
        <Text size="sm">
          {touched.length === 0
            ? 'No row had to be changed.'
            : `In ${formatCount(untouched)} more ${untouched === 1 ? 'table' : 'tables'} no row had to be changed.`}
        </Text>
      )}
    </>
  );
}
