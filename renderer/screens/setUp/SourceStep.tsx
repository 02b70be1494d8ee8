import { Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { SourceAnswer } from '../../../shared/contract/sources.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { RoleSql } from '../../forms/RoleSql.tsx';
import { SourceFindings } from '../../forms/SourceFindings.tsx';
import { SourceForm } from '../../forms/SourceForm.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { StepFoot } from './StepFoot.tsx';

/** Step 1: the database. It is tested before it is added, as often as it takes. */
export function SourceStep() {
  const { value, failure, again } = useAnswer('sources.list', {}, ['sources']);
  const [added, setAdded] = useState<SourceAnswer | null>(null);
  const [another, setAnother] = useState(false);
  const [sqlShown, setSqlShown] = useState(false);
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the databases" />;
  const { sources } = value;
  const formShown = sources.length === 0 || another;
  return (
    <Stack gap="md">
      {sources.map(({ name, url }) => (
        <Paper key={name} withBorder p="sm">
          <Group gap="sm">
            <StateMark tone="good" word="Added" />
            <Text fw={600}>{name}</Text>
            <Code style={{ overflowWrap: 'anywhere' }}>{url}</Code>
          </Group>
        </Paper>
      ))}
      {added && <SourceFindings answer={added} />}
      {formShown ? (
        <>
          <Text size="sm">
            Best is a role made for backups: it sees every row, and can change nothing.{' '}
            <Button variant="subtle" size="compact-sm" onClick={() => setSqlShown(!sqlShown)} aria-expanded={sqlShown}>
              {sqlShown ? 'Hide the SQL' : 'Show the SQL that makes one'}
            </Button>
          </Text>
          {sqlShown && (
            <Paper withBorder p="md">
              <RoleSql />
            </Paper>
          )}
          <SourceForm
            takenNames={sources.map(({ name }) => name)}
            onAdded={(answer) => {
              setAdded(answer);
              setAnother(false);
            }}
          />
        </>
      ) : (
        <Group>
          <Button variant="default" onClick={() => setAnother(true)}>
            Add another database
          </Button>
        </Group>
      )}
      <StepFoot step="source" ready={sources.length > 0} />
    </Stack>
  );
}
