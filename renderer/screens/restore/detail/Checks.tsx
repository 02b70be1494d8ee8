import { List, Table, Text } from '@mantine/core';
import { formatCount } from '../../../../shared/format.ts';
import type { ObjectCheck, Verification } from '../../../../shared/restore.ts';
import { DataTable, type Column } from '../../../components/DataTable.tsx';
import { Section } from '../../../components/Section.tsx';
import { StateMark } from '../../../components/StateMark.tsx';

type TableCheck = Verification['tables'][number];

/** Only so many problems of a kind are listed; their number is always told. */
const listedProblems = 200;

const columns: Column<TableCheck>[] = [
  {
    key: 'state',
    head: 'State',
    width: '104px',
    cell: ({ match }) => <StateMark tone={match ? 'good' : 'bad'} word={match ? 'Same' : 'Differs'} />,
  },
  { key: 'table', head: 'Table', width: 'minmax(180px, 1fr)', cell: ({ name }) => name, title: ({ name }) => name },
  {
    key: 'expected',
    head: 'Rows expected',
    width: '140px',
    right: true,
    cell: ({ expectedRows }) => formatCount(expectedRows),
  },
  { key: 'rows', head: 'Rows restored', width: '136px', right: true, cell: ({ rows }) => formatCount(rows) },
  { key: 'how', head: 'How it differs', width: 'minmax(170px, 0.8fr)', cell: howItDiffers, title: howItDiffers },
];

/** What was compared with the backup after a restore, kind by kind. */
export function Checks({ verification }: { verification: Verification }) {
  const { tables, indexes, foreignKeys, sequences, materializedViews, largeObjects } = verification;
  const same = tables.filter(({ match }) => match).length;
  const kinds: [string, ObjectCheck][] = [
    ['Tables, every row of them', { expected: tables.length, ok: same, problems: [] }],
    ['Indexes', indexes],
    ['Foreign keys', foreignKeys],
    ['Sequences', sequences],
    ['Materialised views', materializedViews],
    ['Large objects', largeObjects],
  ];
  return (
    <Section title="What was compared with the backup">
      <Table verticalSpacing={3} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th ta="right">Expected</Table.Th>
            <Table.Th ta="right">Found good</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kinds.map(([what, check]) => (
            <CheckRow key={what} what={what} check={check} />
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

/** Every table that was compared; those that differ come first. */
export function TableChecks({ verification }: { verification: Verification }) {
  const tables = verification.tables.toSorted(
    (a, b) => Number(a.match) - Number(b.match) || a.name.localeCompare(b.name, 'en'),
  );
  return (
    <Section title="Table by table">
      <DataTable
        label="Tables, those that differ first"
        columns={columns}
        count={tables.length}
        rowAt={(index) => tables[index]}
        leastWidth={740}
        maxHeight={420}
      />
    </Section>
  );
}

function CheckRow({ what, check: { expected, ok, problems } }: { what: string; check: ObjectCheck }) {
  const good = ok === expected && problems.length === 0;
  return (
    <Table.Tr>
      <Table.Td>
        {what}
        {problems.length > 0 && (
          <List size="sm" mah={240} style={{ overflow: 'auto' }}>
            {problems.slice(0, listedProblems).map((problem) => (
              <List.Item key={problem}>{problem}</List.Item>
            ))}
          </List>
        )}
        {problems.length > listedProblems && (
          <Text size="sm">and {formatCount(problems.length - listedProblems)} more</Text>
        )}
      </Table.Td>
      <Table.Td ta="right">{formatCount(expected)}</Table.Td>
      <Table.Td ta="right">{formatCount(ok)}</Table.Td>
      <Table.Td>
        {expected === 0 && good ? (
          <Text size="sm">none to compare</Text>
        ) : (
          <StateMark tone={good ? 'good' : 'bad'} word={good ? 'All there' : `${expected - ok} not good`} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function howItDiffers({ match, rows, expectedRows }: TableCheck): string {
  if (match) return '';
  if (rows === expectedRows) return 'as many rows, but other content';
  return `${formatCount(Math.abs(expectedRows - rows))} rows too ${rows < expectedRows ? 'few' : 'many'}`;
}
