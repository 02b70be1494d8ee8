import { Alert, Code, List, Paper, Stack, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { handRestoreCommands } from '../../../shared/repositoryFormat.ts';
import { CopyText } from '../../components/CopyText.tsx';

/** How the recovery kit restores a database today: by hand, with the three commands that also stand on the paper. */
export function RecoverByHand() {
  const commands = handRestoreCommands({ id: 'ID', codec: 'zstd' }, 'STORE', 'key.txt');
  return (
    <Paper withBorder p="md" component="section" aria-label="Restore with the recovery kit by hand">
      <Stack gap="sm">
        <Title order={2}>Restore with the paper, by hand</Title>
        <Alert color="blue" icon={<IconInfoCircle size={18} aria-hidden />} variant="light">
          Strongroom cannot yet take over the stores of a lost machine by itself; that comes with a later version. Your
          backups do not need it: these steps restore them on any computer.
        </Alert>
        <List type="ordered" size="sm" spacing={6}>
          <List.Item>
            Install <Code>age</Code>, <Code>zstd</Code> and the PostgreSQL client programs (Debian:{' '}
            <Code>apt install age zstd postgresql-client</Code>).
          </List.Item>
          <List.Item>
            Type the recovery key from the paper, the line that begins with <Code>AGE-SECRET-KEY-1</Code>, into a file{' '}
            <Code>key.txt</Code>.
          </List.Item>
          <List.Item>
            Have a copy of one store at hand: the disk, or the bucket downloaded into a folder. Call it{' '}
            <Code>STORE</Code>. The last name in its folder <Code>m</Code> is the newest backup; its first part is the{' '}
            <Code>ID</Code>.
          </List.Item>
          <List.Item>Run these three commands one after another, with your own STORE, ID and database name:</List.Item>
        </List>
        <Stack gap={6}>
          {commands.map((command, index) => (
            <CopyText key={command} text={command} what={`command ${index + 1} of ${commands.length}`} />
          ))}
        </Stack>
        <Text size="sm">
          Files that end in <Code>.gz.age</Code> want <Code>gzip -d</Code> in the place of <Code>zstd -d</Code>.{' '}
          <Code>README.txt</Code> in the store says the same, and how the roles of the server come back.
        </Text>
      </Stack>
    </Paper>
  );
}
