import { Group, Paper, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** A titled part of a screen. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Paper component="section" withBorder p="sm" aria-labelledby={id} miw={0}>
      <Group justify="space-between" gap="xs" mb="xs" wrap="wrap">
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside && <Group gap="xs">{aside}</Group>}
      </Group>
      {children}
    </Paper>
  );
}
