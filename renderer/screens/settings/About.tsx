import { Button, CopyButton, Group, Stack } from '@mantine/core';
import { Facts } from '../../components/Facts.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useConsole } from '../../stores/consoleStore.ts';

/** Which version this is and what it runs on, for whoever is asked for help. */
export function About() {
  const state = useConsole((mirror) => mirror.state);
  if (!state) return <Loading what="the versions" />;
  const rows: [string, string][] = [
    ['Strongroom', state.version],
    ['Runs as', state.host === 'desktop' ? 'desktop app' : 'server (strongroom serve), seen in a browser'],
    ['System', state.platform],
    ['Account', state.osUser],
    ['Settings and keys', state.home],
    ...Object.entries(state.versions),
  ];
  return (
    <Stack gap="md">
      <Facts rows={rows} />
      <Group>
        <CopyButton value={rows.map(([name, value]) => `${name}: ${value}`).join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" size="compact-sm" onClick={copy}>
              {copied ? 'Copied' : 'Copy all'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
