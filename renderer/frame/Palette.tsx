import '@mantine/spotlight/styles.css';
import { Spotlight, spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconLock, IconLockOpen, IconPalette, IconPlayerPlay, IconRestore, IconSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { Evidence } from '../../shared/contract/overview.ts';
import { goTo } from '../hashLocation.ts';
import { setDensity, setScheme } from '../stores/appearance.ts';
import { openBackUpNow } from '../stores/backUpNow.ts';
import { useConsole } from '../stores/consoleStore.ts';
import { useAnswer } from '../useAnswer.ts';
import { canLock, lock, unlock } from './LockState.tsx';
import { places } from './places.ts';

/** The command palette: every screen and the usual actions by their names. @param calls grows whenever it is called for. */
export function Palette({ calls }: { calls: number }) {
  useEffect(() => spotlight.open(), [calls]);
  const access = useConsole((console) => console.access);
  const { value } = useAnswer('overview.show', {}, ['sources', 'backups']);
  const actions = [
    ...places.map(({ path, name, icon: Icon }) => action(`go ${path}`, name, <Icon size={18} />, () => goTo(path))),
    action('jobs', 'Jobs', <IconPlayerPlay size={18} />, () => goTo('/jobs')),
    ...(value?.evidence ?? []).flatMap(actionsOf),
    ...(access && access.people.length > 0
      ? [
          canLock(access)
            ? action('lock', 'Lock this window', <IconLock size={18} />, () => void lock())
            : action('unlock', 'Unlock this window', <IconLockOpen size={18} />, unlock),
        ]
      : []),
    ...appearance,
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      limit={10}
      overlayProps={{ backgroundOpacity: 0.5, blur: 0 }}
      attributes={{ content: { 'aria-label': 'Find a screen or an action' } }}
      nothingFound={value ? 'Nothing has this name' : 'Loading…'}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'A screen or an action',
        'aria-label': 'Find a screen or an action',
      }}
    />
  );
}

function actionsOf({ source, backupId }: Evidence): SpotlightActionData[] {
  const backUp = action(`back up ${source}`, `Back up now: ${source}`, <IconPlayerPlay size={18} />, () =>
    openBackUpNow(source),
  );
  if (!backupId) return [backUp];
  const restore = action(`restore ${source}`, `Restore the newest backup: ${source}`, <IconRestore size={18} />, () =>
    goTo(`/restore/new/${backupId}`),
  );
  return [backUp, restore];
}

function action(id: string, label: string, leftSection: React.ReactNode, onClick: () => void): SpotlightActionData {
  return { id, label, leftSection, onClick };
}

const appearance: SpotlightActionData[] = [
  action('light', 'Appearance: light', <IconPalette size={18} />, () => setScheme('light')),
  action('dark', 'Appearance: dark', <IconPalette size={18} />, () => setScheme('dark')),
  action('auto', 'Appearance: as the system', <IconPalette size={18} />, () => setScheme('auto')),
  action('dense', 'Appearance: dense rows', <IconPalette size={18} />, () => setDensity('dense')),
  action('comfortable', 'Appearance: comfortable rows', <IconPalette size={18} />, () => setDensity('comfortable')),
];
