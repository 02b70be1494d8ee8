import { Stack } from '@mantine/core';
import { formatCount } from '../../../shared/format.ts';
import type { Manifest, ManifestObject, ManifestTable } from '../../../shared/manifest.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { Section } from '../../components/Section.tsx';

const mostHeight = 400;

/** What is in the backup: tables with their rows, and the files it is made of. */
export function Contents({ manifest }: { manifest: Manifest }) {
  const { tables, objects, kind } = manifest;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return (
    <>
      {kind !== 'CONFIGURATION' && (
        <Section title={`${formatCount(tables.length)} tables with ${formatCount(rows)} rows`}>
          <Stack gap={0} mah={mostHeight}>
            <DataTable
              label="Tables"
              columns={tableColumns}
              count={tables.length}
              rowAt={(index) => tables[index]}
              leastWidth={520}
              maxHeight={mostHeight}
            />
          </Stack>
        </Section>
      )}
      <Section title={`${formatCount(objects.length)} files`}>
        <Stack gap={0} mah={mostHeight}>
          <DataTable
            label="Files"
            columns={objectColumns}
            count={objects.length}
            rowAt={(index) => objects[index]}
            leastWidth={760}
            maxHeight={mostHeight}
          />
        </Stack>
      </Section>
    </>
  );
}

function nameOf({ schema, table }: ManifestTable): string {
  return `${schema}.${table}`;
}

const tableColumns: Column<ManifestTable>[] = [
  { key: 'name', head: 'Table', width: 'minmax(240px, 3fr)', title: nameOf, cell: nameOf },
  { key: 'rows', head: 'Rows', width: 'minmax(110px, 1fr)', right: true, cell: ({ rows }) => formatCount(rows) },
  {
    key: 'bytes',
    head: 'As text',
    width: 'minmax(100px, 1fr)',
    right: true,
    cell: ({ copyBytes }) => <Bytes of={copyBytes} />,
  },
];

const roleWords: Record<ManifestObject['role'], string> = {
  schema: 'Everything but the rows',
  data: 'Rows',
  globals: 'Roles of the server',
  config: 'Files of configuration',
};

const objectColumns: Column<ManifestObject>[] = [
  { key: 'role', head: 'What', width: 'minmax(160px, 1fr)', cell: ({ role }) => roleWords[role] },
  {
    key: 'size',
    head: 'Size',
    width: 'minmax(85px, 0.5fr)',
    right: true,
    cell: ({ sizeBytes }) => <Bytes of={sizeBytes} />,
  },
  {
    key: 'plain',
    head: 'Before',
    width: 'minmax(85px, 0.5fr)',
    right: true,
    title: () => 'Before compression',
    cell: ({ plainBytes }) => <Bytes of={plainBytes} />,
  },
  {
    key: 'key',
    head: 'Name in every store',
    width: 'minmax(280px, 4fr)',
    title: ({ key }) => key,
    cell: ({ key }) => <code>{key}</code>,
  },
];
