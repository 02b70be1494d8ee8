import { Group, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

/** The head of a screen: what it is, also in the window's title, and its main actions. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Strongroom`;
  }, [title]);
  return (
    <Group justify="space-between" wrap="wrap" mb="md" gap="xs">
      <Title order={1} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Title>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}
