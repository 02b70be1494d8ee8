import { Alert, Code, Stack, Table, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { CopyText } from '../../components/CopyText.tsx';
import { useConsole } from '../../stores/consoleStore.ts';
import { useAnswer } from '../../useAnswer.ts';
import { defaultSchedule, nightlyBackupLine } from './defaultSchedule.ts';
import { StepFoot } from './StepFoot.tsx';

/** Step 4: a look at what will run by itself one day, and a line that has the system do it until then. */
export function ScheduleStep() {
  const state = useConsole((mirror) => mirror.state);
  const sources = useAnswer('sources.list', {}, ['sources']).value?.sources ?? [];
  const windows = state?.platform.startsWith('win32') ?? false;
  const names = sources.length > 0 ? sources.map(({ name }) => name) : ['NAME'];
  return (
    <Stack gap="md">
      <Alert
        color="yellow"
        variant="light"
        icon={<IconInfoCircle size={18} aria-hidden />}
        title="Nothing runs by itself yet"
      >
        This version takes backups when you ask for them. The schedule below is a preview: it comes with a later
        version, in the time zone of this machine, and nothing has to be set for it now.
      </Alert>
      <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label="The schedule, a table">
        <Table aria-label="Preview of the schedule" verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Job</Table.Th>
              <Table.Th>When</Table.Th>
              <Table.Th>What it does</Table.Th>
              <Table.Th>In this version</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {defaultSchedule.map(({ job, when, does, byHand }) => (
              <Table.Tr key={job}>
                <Table.Th scope="row">{job}</Table.Th>
                <Table.Td>{when}</Table.Td>
                <Table.Td>{does}</Table.Td>
                <Table.Td c={byHand ? undefined : 'dimmed'}>{byHand ? 'when you ask for it' : 'not yet'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Stack gap="xs" component="section">
        <Title order={3}>Every night, until then</Title>
        <Text size="sm">
          {windows ? 'Windows Task Scheduler' : 'cron'} can take a full backup at 02:00.{' '}
          {windows ? 'Run this once in a command prompt:' : 'Add this line with '}
          {!windows && <Code>crontab -e</Code>}
          {!windows && ':'}
        </Text>
        {names.map((name) => (
          <CopyText
            key={name}
            text={nightlyBackupLine(state?.platform ?? '', state?.home ?? '', name)}
            what={`line for ${name}`}
          />
        ))}
        <Text size="sm" c="dimmed">
          Only one program at a time may use the folder with the settings and keys: the line does its work while this
          console is closed, and says “busy” and does nothing while it is open.
        </Text>
      </Stack>
      <StepFoot step="schedule" ready />
    </Stack>
  );
}
