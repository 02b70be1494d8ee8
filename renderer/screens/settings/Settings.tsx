import { NavLink, Stack, Title } from '@mantine/core';
import { Link, Redirect, useParams } from 'wouter';
import { PageHead } from '../../components/PageHead.tsx';
import { useConsole } from '../../stores/consoleStore.ts';
import { About } from './About.tsx';
import { Access } from './Access.tsx';
import { AlertRules } from './AlertRules.tsx';
import { Appearance } from './Appearance.tsx';
import { AuditLog } from './AuditLog.tsx';
import { DemoShop } from './DemoShop.tsx';
import { Desktop } from './Desktop.tsx';
import { Keys } from './Keys.tsx';
import { Metrics } from './Metrics.tsx';
import { Notifications } from './notifications/Notifications.tsx';
import classes from './Settings.module.css';
import { Sources } from './Sources.tsx';

interface SettingsSection {
  path: string;
  name: string;
  Screen: () => React.ReactNode;
}

const everywhere: SettingsSection[] = [
  { path: 'sources', name: 'Databases', Screen: Sources },
  { path: 'notifications', name: 'Notifications', Screen: Notifications },
  { path: 'access', name: 'Access', Screen: Access },
  { path: 'alerts', name: 'Alert rules', Screen: AlertRules },
  { path: 'metrics', name: 'Metrics', Screen: Metrics },
  { path: 'keys', name: 'Keys', Screen: Keys },
  { path: 'appearance', name: 'Appearance', Screen: Appearance },
];
const desktopOnly: SettingsSection = { path: 'desktop', name: 'Desktop', Screen: Desktop };
const demoOnly: SettingsSection = { path: 'demo', name: 'Demo shop', Screen: DemoShop };
const atTheEnd: SettingsSection[] = [
  { path: 'audit', name: 'Audit log', Screen: AuditLog },
  { path: 'about', name: 'About', Screen: About },
];

/** The settings, one section at a time, each with an address of its own. */
export function Settings() {
  const { section: path = 'sources' } = useParams<{ section?: string }>();
  const state = useConsole((mirror) => mirror.state);
  const sections = [
    ...everywhere,
    ...(state?.host === 'desktop' ? [desktopOnly] : []),
    ...(state && state.demo !== 'none' ? [demoOnly] : []),
    ...atTheEnd,
  ];
  const current = sections.find((section) => section.path === path);
  if (!current) return <Redirect to="/settings" replace />;
  const { Screen } = current;
  return (
    <>
      <PageHead title="Settings" />
      <div className={classes.layout}>
        <nav aria-label="Settings" className={classes.nav}>
          {sections.map((section) => (
            <NavLink
              key={section.path}
              component={Link}
              href={`/settings/${section.path}`}
              label={section.name}
              active={section === current}
              aria-current={section === current ? 'page' : undefined}
            />
          ))}
        </nav>
        <Stack component="section" gap="md" miw={0} aria-labelledby="settings-section">
          <Title order={2} id="settings-section">
            {current.name}
          </Title>
          <Screen />
        </Stack>
      </div>
    </>
  );
}
