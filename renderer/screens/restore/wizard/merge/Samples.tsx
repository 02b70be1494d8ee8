import { Table, Text } from '@mantine/core';
import { formatCount } from '../../../../../shared/format.ts';
import type { RowSample, TableComparison } from '../../../../../shared/merge.ts';

/** Some of the rows that differ: what is live beside what the backup holds. Only columns that differ are shown. */
export function Samples({ table: { name, differ, samples } }: { table: TableComparison }) {
  return (
    <>
      <Text size="xs" c="dimmed" mb={4}>
        {samples.length < differ
          ? `${formatCount(samples.length)} of ${formatCount(differ)} rows that differ`
          : 'Every row that differs'}
        ; only the columns that do.
      </Text>
      <Table aria-label={`Rows of ${name} that differ, side by side`} verticalSpacing={3} fz="xs" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="18%">Row</Table.Th>
            <Table.Th w="16%">Column</Table.Th>
            <Table.Th>Live now</Table.Th>
            <Table.Th>In the backup</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {samples.flatMap((sample) =>
            sample.columns.map((column, index) => (
              <Table.Tr key={`${keyInWords(sample)} ${column.name}`} style={{ verticalAlign: 'top' }}>
                {index === 0 && <Table.Td rowSpan={sample.columns.length}>{keyInWords(sample)}</Table.Td>}
                <Table.Td>{column.name}</Table.Td>
                <Value of={column.live} />
                <Value of={column.backup} />
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </Table>
    </>
  );
}

function keyInWords({ key }: RowSample): string {
  return Object.entries(key)
    .map(([column, value]) => `${column} ${value ?? 'NULL'}`)
    .join(', ');
}

/** A value as the server writes it; nothing and an empty text are not the same. */
function Value({ of }: { of: string | null }) {
  return (
    <Table.Td style={{ overflowWrap: 'anywhere' }}>
      {of === null ? (
        <Text span size="xs" c="dimmed" fs="italic">
          no value (NULL)
        </Text>
      ) : of === '' ? (
        <Text span size="xs" c="dimmed" fs="italic">
          empty text
        </Text>
      ) : (
        <bdi>{of}</bdi>
      )}
    </Table.Td>
  );
}
