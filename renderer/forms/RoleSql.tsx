import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { useAnswer } from '../useAnswer.ts';

/** The SQL that makes a proper role for backups, to be copied for whoever may run it. */
export function RoleSql() {
  const { value, failure, again } = useAnswer('sources.roleSql', {}, []);
  if (failure) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the SQL" />;
  return (
    <Stack gap="xs">
      <Text size="sm">
        A superuser of the server runs this once, with a password of its own in the place of <Code>change-me</Code>. The
        role sees every row and can change nothing. Then use it above as the role.
      </Text>
      <Code block tabIndex={0} aria-label="SQL for a backup role">
        {value.sql}
      </Code>
      <Group>
        <CopyButton value={value.sql}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy the SQL'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
