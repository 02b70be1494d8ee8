import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconGitCompare } from '@tabler/icons-react';
import { useState } from 'react';
import type { Answer } from '../../../shared/contract/contract.ts';
import type { ConfigurationEntry } from '../../../shared/configuration.ts';
import { formatCount, formatMoment } from '../../../shared/format.ts';
import type { Manifest } from '../../../shared/manifest.ts';
import { act } from '../../act.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Section } from '../../components/Section.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { timeOfId } from '../../jobWords.ts';

const mostHeight = 400;

/** What a backup of configuration holds, what it lacks, and what has changed since the one before. */
export function Configuration({ id, manifest }: { id: string; manifest: Manifest }) {
  const { entries = [], gaps = [] } = manifest.configuration ?? {};
  return (
    <>
      {gaps.length > 0 && (
        <Alert
          color="yellow"
          icon={<IconAlertTriangle size={18} />}
          title="Not in this backup, though it was asked for"
        >
          <List size="sm">
            {gaps.map((gap) => (
              <List.Item key={gap}>{gap}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Changes id={id} />
      <Section title={`${formatCount(entries.length)} files of configuration`}>
        <Stack gap={0} mah={mostHeight}>
          <DataTable
            label="Files of configuration"
            columns={columns}
            count={entries.length}
            rowAt={(index) => entries[index]}
            leastWidth={560}
            maxHeight={mostHeight}
          />
        </Stack>
      </Section>
    </>
  );
}

/** A path as it was on its machine. */
const placeOf = ({ path }: Pick<ConfigurationEntry, 'path'>) => path.replace(/^files\//, '/');

const columns: Column<ConfigurationEntry>[] = [
  { key: 'path', head: 'Path', width: 'minmax(280px, 4fr)', title: placeOf, cell: placeOf },
  {
    key: 'size',
    head: 'Size',
    width: 'minmax(85px, 0.5fr)',
    right: true,
    cell: ({ sizeBytes }) => <Bytes of={sizeBytes} />,
  },
  {
    key: 'modified',
    head: 'Last changed',
    width: 'minmax(150px, 1fr)',
    cell: ({ modifiedAt }) => formatMoment(modifiedAt).slice(0, 16),
  },
];

const changeWords = { added: 'new', removed: 'gone', changed: 'changed' } as const;

/** It is asked for, because both backups have to be opened for it. */
function Changes({ id }: { id: string }) {
  const [diff, setDiff] = useState<Answer<'configuration.diff'> | null>(null);
  const { busy, failure, attempt } = useAttempt();
  return (
    <Section title="What has changed">
      <Stack gap="xs">
        {!diff && (
          <Group>
            <Button
              variant="default"
              leftSection={<IconGitCompare size={16} aria-hidden />}
              loading={busy}
              onClick={() => void attempt(async () => setDiff(await act('configuration.diff', { id, previous: null })))}
            >
              Compare with the one before
            </Button>
          </Group>
        )}
        {failure && <FailureNotice failure={failure} />}
        {diff && <Told {...diff} />}
      </Stack>
    </Section>
  );
}

function Told({ previous, changes }: Answer<'configuration.diff'>) {
  if (previous === null) return <Text size="sm">This is the first backup of the configuration of this database.</Text>;
  const before = formatMoment(timeOfId(previous).toISOString()).slice(0, 16);
  if (changes.length === 0) return <Text size="sm">Nothing has changed since {before}.</Text>;
  return (
    <>
      <Text size="sm">
        Since {before}. Values of files are not shown, because they may be secrets: restore both to folders to compare
        them.
      </Text>
      <List size="sm" spacing={2}>
        {changes.map(({ path, change, lines, settings }) => (
          <List.Item key={path}>
            <strong>{changeWords[change]}</strong> {placeOf({ path })}
            {lines && `: +${formatCount(lines.added)} −${formatCount(lines.removed)} lines`}
            {settings.length > 0 && (
              <List size="sm" listStyleType="disc" withPadding>
                {settings.map(({ name, before: was, after: is }) => (
                  <List.Item key={name}>
                    {name}: {was ?? 'the default'} → {is ?? 'the default'}
                  </List.Item>
                ))}
              </List>
            )}
          </List.Item>
        ))}
      </List>
    </>
  );
}
