import { Button } from '@mantine/core';
import { IconRosetteDiscountCheck } from '@tabler/icons-react';
import { act, tellFailure } from '../../act.ts';
import { useJobs } from '../../stores/jobStore.ts';

/** Starts a test restore on the server of the source. @param backupId the newest good one where none is given. */
export function ProveNow({ source, backupId }: { source: string; backupId?: string }) {
  const running = useJobs(({ running: jobs }) =>
    jobs.some(({ kind, subject }) => kind === 'test restore' && subject === source),
  );
  const start = () =>
    act('drills.start', { source, backupId: backupId ?? null, place: 'source', on: null, password: null }).catch(
      tellFailure,
    );
  const small = backupId === undefined;
  return (
    <Button
      variant="default"
      size={small ? 'compact-sm' : 'sm'}
      disabled={running}
      leftSection={small ? undefined : <IconRosetteDiscountCheck size={16} aria-hidden />}
      title="Restores it into a throw-away database, compares everything, and removes it again"
      aria-label={small ? `Prove ${source} now` : undefined}
      onClick={start}
    >
      {running ? 'Being proven' : 'Prove it now'}
    </Button>
  );
}
