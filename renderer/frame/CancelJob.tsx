import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import type { RunningJob } from '../../shared/contract/jobs.ts';
import { act, tellFailure } from '../act.ts';
import { jobWords } from '../jobWords.ts';

/** The button that cancels a job, once it was said what that leaves. */
export function CancelJob({ job }: { job: RunningJob }) {
  const [asking, setAsking] = useState(false);
  const name = jobWords(job, new Date());
  const cancel = () => {
    setAsking(false);
    act('jobs.cancel', { id: job.id }).catch(tellFailure);
  };
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        disabled={job.cancelling}
        aria-label={`Cancel: ${name}`}
        onClick={() => setAsking(true)}
      >
        {job.cancelling ? 'Cancelling…' : 'Cancel'}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Cancel: ${name}?`}
        closeButtonProps={{ 'aria-label': 'Let it run' }}
      >
        <Text size="sm">{job.cancelLeaves}</Text>
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" data-autofocus onClick={() => setAsking(false)}>
            Let it run
          </Button>
          <Button color="red" onClick={cancel}>
            Cancel it
          </Button>
        </Group>
      </Modal>
    </>
  );
}
