import { Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Assertion, AssertionResult } from '../../../shared/drill.ts';
import { formatDuration } from '../../../shared/format.ts';
import { act, sentence } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';

/** An assertion as it is typed: no expected value is an empty one. */
export type AssertionDraft = Omit<Assertion, 'expected'> & { expected: string };

/** What was typed, as the console takes it. */
export function assertionOf({ name, sql, expected }: AssertionDraft): Assertion {
  return { name, sql, expected: expected.trim() === '' ? null : expected.trim() };
}

interface AssertionFieldsProps {
  source: string;
  /** Of the assertions, from 1. */
  number: number;
  draft: AssertionDraft;
  onChange: (changes: Partial<AssertionDraft>) => void;
  onRemove: () => void;
}

/** One thing that must be true, and what the live database says to it when it is asked. */
export function AssertionFields({ source, number, draft, onChange, onRemove }: AssertionFieldsProps) {
  const [result, setResult] = useState<AssertionResult | null>(null);
  const { busy, failure, attempt, forget } = useAttempt();
  const change = (changes: Partial<AssertionDraft>) => {
    setResult(null);
    forget();
    onChange(changes);
  };
  const tryIt = () => {
    setResult(null);
    return attempt(async () =>
      setResult(
        await act('drills.tryAssertion', {
          source,
          assertion: { ...assertionOf(draft), name: draft.name.trim() || 'it' },
        }),
      ),
    );
  };
  return (
    <Paper withBorder p="sm" role="group" aria-label={`Assertion ${number}`}>
      <Stack gap="xs">
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label="Name"
            placeholder="sales are there"
            value={draft.name}
            onChange={({ currentTarget }) => change({ name: currentTarget.value })}
          />
          <TextInput
            w={160}
            label="Expected value"
            placeholder="true"
            value={draft.expected}
            onChange={({ currentTarget }) => change({ expected: currentTarget.value })}
          />
          <Button variant="subtle" color="red" aria-label={`Remove assertion ${number}`} onClick={onRemove}>
            Remove
          </Button>
        </Group>
        <Textarea
          label="Query"
          placeholder="SELECT count(*) > 0 FROM shop.sales"
          autosize
          minRows={2}
          styles={{ input: { fontFamily: 'monospace' } }}
          value={draft.sql}
          onChange={({ currentTarget }) => change({ sql: currentTarget.value })}
        />
        <Group gap="sm">
          <Button
            size="compact-sm"
            variant="default"
            loading={busy}
            disabled={draft.sql.trim() === ''}
            aria-label={`Try assertion ${number} in the live database`}
            title="Runs it in the live database, read-only and for 10 s at the most; nothing is saved"
            onClick={() => void tryIt()}
          >
            Try it in the live database
          </Button>
          <Group gap={6} role="status">
            {result && (
              <>
                <StateMark tone={result.ok ? 'good' : 'bad'} word={result.ok ? 'True' : 'Not true'} />
                <Text size="sm">{foundWords(result)}</Text>
              </>
            )}
          </Group>
        </Group>
        {failure && <FailureNotice failure={failure} />}
      </Stack>
    </Paper>
  );
}

function foundWords({ reason, found, ok, expected, seconds }: AssertionResult): string {
  if (reason !== null) return `${sentence(reason)}.`;
  const instead = ok ? '' : ` in the place of ${expected ?? 'true'}`;
  return `It returned ${found ?? 'nothing'}${instead}, in ${formatDuration(seconds)}.`;
}
