import {
  IconArchive,
  IconBell,
  IconCalendarTime,
  IconLayoutDashboard,
  IconRestore,
  IconServer,
  IconSettings,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';

/** Where one can go: the navigation, and the command palette. A new screen gets its row here. */
export const places: readonly { path: string; name: string; icon: TablerIcon }[] = [
  { path: '/', name: 'Overview', icon: IconLayoutDashboard },
  { path: '/backups', name: 'Backups', icon: IconArchive },
  { path: '/restore', name: 'Restore', icon: IconRestore },
  { path: '/tenants', name: 'Tenants', icon: IconUsers },
  { path: '/schedule', name: 'Schedule', icon: IconCalendarTime },
  { path: '/alerts', name: 'Alerts', icon: IconBell },
  { path: '/stores', name: 'Stores', icon: IconServer },
  { path: '/settings', name: 'Settings', icon: IconSettings },
];
