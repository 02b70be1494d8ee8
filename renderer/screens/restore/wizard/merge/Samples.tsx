import { Table, Text } from '@mantine/core';
import { formatCount } from '../../../../../shared/format.ts';
import type { RowSample } from '../../../../../shared/merge.ts';

interface SamplesProps {
  /** `Rows of shop.sales that differ` */
  title: string;
  /** How many there are in all. */
  count: number;
  samples: readonly RowSample[];
}

/** Some rows of the backup beside live ones. Only columns that differ are shown. */
export function Samples({ title, count, samples }: SamplesProps) {
  return (
    <>
      <Text size="xs" c="dimmed" mb={4}>
        {title}
        {samples.length < count ? `: ${formatCount(samples.length)} of ${formatCount(count)}` : ''}; only the columns
        that are not the same.
      </Text>
      <Table aria-label={`${title}, side by side`} verticalSpacing={3} fz="xs" withTableBorder>
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
