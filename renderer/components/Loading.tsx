import { Center, Loader, Stack, Text } from '@mantine/core';

/** Something is on its way. */
export function Loading({ what }: { what: string }) {
  return (
    <Center p="xl" role="status">
      <Stack align="center" gap="xs">
        <Loader size="sm" />
        <Text size="sm" c="dimmed">
          Loading {what} …
        </Text>
      </Stack>
    </Center>
  );
}
