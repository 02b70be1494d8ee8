import { Alert, Anchor, Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconRestore } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Restore } from '../../../shared/restore.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { HistoryTable } from './HistoryTable.tsx';
import { outcomeOf } from './outcome.ts';

/** Every restore that was made here, newest first, with how it stands and what to do about it. */
export function RestoreHistory() {
  const { value, failure, again } = useAnswer('restores.list', { limit: 1000 }, ['restores']);
  const start = (
    <Button component={Link} href="/restore/new" leftSection={<IconRestore size={16} />}>
      New restore…
    </Button>
  );
  return (
    <>
      <PageHead title="Restore">
        <Button variant="default" component={Link} href="/restore/drills">
          Test restores
        </Button>
        {value && value.restores.length > 0 && start}
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the restores" />}
      {value && value.restores.length === 0 && (
        <EmptyState title="Nothing was restored yet" action={start}>
          A restore goes into a new database beside the live one and is compared with the backup row by row. Nothing
          live is touched, so you can try it at any time.
        </EmptyState>
      )}
      {value && value.restores.length > 0 && (
        <>
          <Alarms restores={value.restores} />
          <HistoryTable restores={value.restores} />
        </>
      )}
    </>
  );
}

/** A restore that did not end well stands above the list until a better one of its source follows; a cancel is none. */
function Alarms({ restores }: { restores: readonly Restore[] }) {
  const newest = new Map<string, Restore>();
  for (const restore of restores)
    if (restore.status !== 'IN_PROGRESS' && restore.failure?.code !== 'CANCELLED' && !newest.has(restore.source))
      newest.set(restore.source, restore);
  const alarming = [...newest.values()].filter((restore) => outcomeOf(restore).alarming);
  return alarming.map((restore) => {
    const { word, sentence, advice } = outcomeOf(restore);
    return (
      <Alert
        key={restore.id}
        color="red"
        icon={<IconAlertTriangle size={18} />}
        title={`The last restore of ${restore.source}: ${word.toLowerCase()}`}
        mb="sm"
      >
        <Text size="sm">{sentence}</Text>
        <Text size="sm" fw={600}>
          {advice}
        </Text>
        <Anchor component={Link} href={`/restore/${restore.id}`} size="sm" underline="always" c="inherit">
          Look at it
        </Anchor>
      </Alert>
    );
  });
}
