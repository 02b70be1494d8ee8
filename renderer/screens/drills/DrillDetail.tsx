import { Anchor, Button, Group, List, Stack, Table, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { Link, useParams } from 'wouter';
import type { Drill, DrillReport } from '../../../shared/drill.ts';
import type { FailureReport } from '../../../shared/failure.ts';
import { formatBytes, formatDuration, formatMoment } from '../../../shared/format.ts';
import { sentence } from '../../act.ts';
import { Facts } from '../../components/Facts.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { Checks } from '../restore/detail/Checks.tsx';
import { drillMark, drillSentence } from './drillWords.ts';

/** The report of one test restore. */
export function DrillDetail() {
  const id = (useParams().id ?? '').toUpperCase();
  const { value: drill, failure, again } = useAnswer('drills.show', { id }, ['restores', 'jobs']);
  return (
    <>
      <PageHead
        title={
          drill ? `Test restore of ${drill.source}, ${formatMoment(drill.startedAt).slice(0, 16)}` : 'Test restore'
        }
      >
        <Button variant="default" component={Link} href="/restore/drills">
          All test restores
        </Button>
        {drill?.report && (
          <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
            Print…
          </Button>
        )}
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!drill && !failure && <Loading what="the test restore" />}
      {drill && <Report drill={drill} />}
    </>
  );
}

function Report({ drill }: { drill: Drill }) {
  const { report, failure } = drill;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <StateMark {...drillMark(drill)} />
        {drill.status !== 'FAILED' && <Text size="sm">{sentence(drillSentence(drill))}.</Text>}
        {!drill.removed && drill.status !== 'RUNNING' && (
          <StateMark tone="warning" word={`${drill.database} is still there: it is removed at the next start`} />
        )}
      </Group>
      {failure && failure.code !== 'CANCELLED' && (
        <FailureNotice failure={{ ...failure, code: failure.code as FailureReport['code'], details: {} }} />
      )}
      {report && report.assertions.length > 0 && <Assertions report={report} />}
      {report && <Times report={report} />}
      {report?.verification && <Checks verification={report.verification} />}
      {report && report.notes.length > 0 && (
        <Section title="What else is to be known">
          <List size="sm">
            {report.notes.map((note) => (
              <List.Item key={note}>{sentence(note)}.</List.Item>
            ))}
          </List>
        </Section>
      )}
      <Section title="Facts">
        <Facts
          rows={[
            [
              'Backup',
              <Anchor key="backup" component={Link} href={`/backups/${drill.backupId}`} inherit underline="always">
                {drill.source}
                {report ? `, ${formatMoment(report.backupCreatedAt)}` : ''}
              </Anchor>,
            ],
            ['Where', drill.server],
            ['Throw-away database', drill.removed ? `${drill.database}, removed` : drill.database],
            ['Started', formatMoment(drill.startedAt)],
            ['Ended', drill.endedAt === null ? null : formatMoment(drill.endedAt)],
            ['Data', report ? formatBytes(report.restoredBytes) : null],
            ['Started by', drill.initiatedBy],
            ['Number', drill.id],
          ]}
        />
      </Section>
    </Stack>
  );
}

function Assertions({ report }: { report: DrillReport }) {
  return (
    <Section title="What must be true">
      <Table.ScrollContainer minWidth={560}>
        <Table aria-label="Assertions">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={110}>State</Table.Th>
              <Table.Th>Assertion</Table.Th>
              <Table.Th>Found</Table.Th>
              <Table.Th>Expected</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.assertions.map(({ name, ok, found, expected, reason, sql }) => (
              <Table.Tr key={name}>
                <Table.Td>
                  <StateMark tone={ok ? 'good' : 'bad'} word={ok ? 'True' : 'Not true'} />
                </Table.Td>
                <Table.Td title={sql}>{name}</Table.Td>
                <Table.Td>{reason === null ? (found ?? 'nothing') : sentence(reason)}</Table.Td>
                <Table.Td>{expected ?? 'true'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

function Times({ report }: { report: DrillReport }) {
  return (
    <Section title={`How long it took: ${formatDuration(report.seconds)}`}>
      <Facts rows={report.steps.map(({ name, seconds }) => [sentence(name), formatDuration(seconds)])} />
    </Section>
  );
}
