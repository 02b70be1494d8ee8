import { UnstyledButton } from '@mantine/core';
import { IconLock, IconLockOpen, IconUser } from '@tabler/icons-react';
import type { AccessState } from '../../shared/contract/access.ts';
import { tellFailure, usePinWait } from '../act.ts';
import { request } from '../bridge.ts';
import { useConsole } from '../stores/consoleStore.ts';
import look from './Frame.module.css';

/** What this window may do now, and the button that locks or unlocks it. Where nobody has a PIN there is no lock. */
export function LockState() {
  const access = useConsole((console) => console.access);
  if (!access) return null;
  if (access.people.length === 0)
    return (
      <div className={look.place} title="Owner: nobody has a PIN">
        <IconUser size={18} aria-hidden />
        <span className={look.label}>
          Owner<small>nobody has a PIN</small>
        </span>
      </div>
    );
  const who = access.person ? `${access.person.name}, ${access.role}` : 'Locked: look only';
  const Icon = access.person ? IconLockOpen : IconLock;
  return (
    <UnstyledButton
      className={look.place}
      title={`${who}. ${access.person ? 'Lock this window' : 'Unlock with a PIN'}`}
      onClick={() => void (access.person ? lock() : unlock())}
    >
      <Icon size={18} aria-hidden />
      <span className={look.label}>
        {access.person ? `Lock (${access.person.name})` : 'Unlock'}
        <small>{access.person ? access.role : 'locked: look only'}</small>
      </span>
    </UnstyledButton>
  );
}

/** Locks this window: it can still be looked at. */
export async function lock(): Promise<void> {
  try {
    useConsole.setState({ access: await request('access.lock', {}) });
  } catch (error) {
    tellFailure(error);
  }
}

/** Asks for a PIN, although nothing waits for it. */
export function unlock(): void {
  usePinWait.setState({
    wait: { reason: 'This window is locked.', proceed: () => usePinWait.setState({ wait: null }) },
  });
}

/** Whether there is something to lock. */
export function canLock(access: AccessState | null): boolean {
  return access !== null && access.person !== null;
}
