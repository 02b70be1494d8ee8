import { Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useConsole } from '../../stores/consoleStore.ts';

/** The two keys that open the backups: the paper, and this machine. */
export function Keys() {
  const state = useConsole((mirror) => mirror.state);
  if (!state) return <Loading what="the keys" />;
  const { kitProven, host, osUser, home } = state;
  return (
    <Stack gap="md">
      <Text size="sm">Every backup is sealed to two keys. Either of them opens it; nothing else does.</Text>
      <Section title="Recovery kit">
        <Stack gap="sm">
          {kitProven ? (
            <>
              <StateMark tone="good" word="Proven" />
              <Text size="sm">
                A line of it was typed back from the paper, and its file was removed from this machine. Look once a year
                whether the paper is still where you think it is.
              </Text>
            </>
          ) : (
            <>
              <StateMark tone="bad" word="Not proven" />
              <Text size="sm">
                Nobody has shown yet that the kit is on paper. If this machine is lost today, so may be all backups.
              </Text>
              <Group>
                <Button component={Link} href="/set-up/kit">
                  Print and prove the kit
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </Section>
      <Section title="Key of this machine">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {host === 'desktop'
            ? `It rests in ${home}, sealed by the keychain of this operating system or by your passphrase.`
            : `It rests in ${home}, in a file that only the account ${osUser} of this machine can read.`}{' '}
          With it the console opens backups without the paper, signs new ones, and keeps the passwords of databases and
          stores. Do not delete it, and do not copy it to another machine.
        </Text>
      </Section>
    </Stack>
  );
}
