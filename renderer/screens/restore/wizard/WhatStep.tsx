import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import type { BackupDetail } from '../../../../shared/contract/backups.ts';
import { formatBytes } from '../../../../shared/format.ts';
import { StepHeading } from '../StepHeading.tsx';
import { counted } from '../words.ts';

/** Step 2: how much of the backup. */
export function WhatStep({ backup, onBack, onNext }: { backup: BackupDetail; onBack: () => void; onNext: () => void }) {
  const rows = backup.tables.reduce((sum, table) => sum + table.rows, 0);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      <StepHeading>What shall be restored?</StepHeading>
      <Stack gap="md">
        <Radio.Group value="FULL" aria-label="What shall be restored">
          <Radio
            value="FULL"
            label="Everything"
            description={`The whole database ${backup.manifest?.source.database ?? backup.source}: ${counted(backup.tables.length, 'table')}, ${counted(rows, 'row')}, ${formatBytes(backup.plainBytes)}.`}
          />
        </Radio.Group>
        <Text size="sm" maw={640}>
          A single tenant, or the database as it was at a moment between two backups, cannot be restored by this
          version; both come later.
        </Text>
        <Group justify="end">
          <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>
            Back
          </Button>
          <Button type="submit" rightSection={<IconArrowRight size={16} />}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
