import { Alert, Button, CopyButton, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { sentence } from '../act.ts';
import { hintFor } from '../hints.ts';

/** A failure as it comes from the console, or as a log has kept it. */
interface ShownFailure {
  code: string;
  message: string;
  hint: string;
  details?: Record<string, unknown>;
}

/** A failure as a person meets it: the sentence, what to do, and the details for whoever helps. */
export function FailureNotice({
  failure,
  onRetry,
  retryWord = 'Try again',
}: {
  failure: ShownFailure;
  onRetry?: () => void;
  retryWord?: string;
}) {
  const details = JSON.stringify(failure, null, 2);
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={sentence(failure.message)}
      role="alert"
      mb="sm"
      p="sm"
      style={{ overflowWrap: 'anywhere' }}
    >
      <Text size="sm">{hintFor(failure)}</Text>
      <Group gap="xs" mt="xs">
        {onRetry && (
          <Button size="compact-sm" variant="filled" onClick={onRetry}>
            {retryWord}
          </Button>
        )}
        <CopyButton value={details}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy details'}
            </Button>
          )}
        </CopyButton>
        <Text size="xs" c="dimmed" ff="monospace">
          {failure.code}
        </Text>
      </Group>
    </Alert>
  );
}
