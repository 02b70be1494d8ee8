import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useConsole } from '../stores/consoleStore.ts';
import { useNotices } from '../stores/notices.ts';
import look from './Frame.module.css';

/** What concerns every screen: the console was lost, or nobody has a PIN yet. */
export function Notices() {
  const connected = useConsole((console) => console.connected);
  const lone = useConsole(({ access }) => access?.people.length === 0);
  const pinLater = useNotices((notices) => notices.pinLater);
  return (
    <section className={look.notices} aria-label="Notices">
      <div role="alert">
        {!connected && (
          <div className={look.notice} data-tone="bad">
            <IconPlugConnectedX size={18} aria-hidden />
            <span>
              <strong>The console does not answer.</strong> Jobs go on without this window, and what you have typed
              stays here. It is tried again by itself.
            </span>
          </div>
        )}
      </div>
      {connected && lone && !pinLater && (
        <div className={look.notice} data-tone="warning">
          <IconAlertTriangle size={18} aria-hidden />
          <span>Nobody has a PIN yet: whoever sits at this computer may do everything.</span>
          <Link href="/settings/access">Set a PIN</Link>
          <UnstyledButton fz="inherit" onClick={() => useNotices.setState({ pinLater: true })}>
            Not now
          </UnstyledButton>
        </div>
      )}
    </section>
  );
}
