import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { act, sentence } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useConsole } from '../../stores/consoleStore.ts';

/** Has one line of the kit typed back, which shows that the paper can be read; then its file is removed from here. */
export function ProveKit({ askedLine }: { askedLine: string }) {
  const [line, setLine] = useState('');
  const [missing, setMissing] = useState(false);
  const { busy, failure, attempt } = useAttempt();
  const field = useRef<HTMLInputElement>(null);
  const wrong = failure?.code === 'KIT_LINE_WRONG' ? failure : null;

  const prove = async () => {
    setMissing(line.trim() === '');
    if (line.trim() === '') {
      field.current?.focus();
      return;
    }
    const proven = await attempt(async () => {
      const state = await act('setUp.proveKit', { line });
      setLine('');
      useConsole.setState({ state });
    });
    if (!proven) field.current?.focus();
  };

  return (
    <form
      noValidate
      aria-label="Prove the recovery kit"
      onSubmit={(event) => {
        event.preventDefault();
        void prove();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          Now take the paper, or open the file on the stick, and type from it. A kit that nobody can read is found out
          here, and not on the day when everything depends on it. Afterwards the kit is removed from this machine, so
          that a thief of the machine does not get it too.
        </Text>
        <TextInput
          ref={field}
          label={`Type ${askedLine}`}
          description="Capital or small letters and spaces make no difference."
          autoComplete="off"
          spellCheck={false}
          maxLength={400}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={line}
          onChange={({ currentTarget }) => {
            setLine(currentTarget.value);
            setMissing(false);
          }}
          error={missing ? 'This is needed' : wrong ? `${sentence(wrong.message)}. ${wrong.hint}` : undefined}
        />
        {failure && !wrong && <FailureNotice failure={failure} />}
        <Group>
          <Button type="submit" loading={busy}>
            Prove it, and remove the kit from here
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
