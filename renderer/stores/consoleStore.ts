import { create } from 'zustand';
import type { AccessState } from '../../shared/contract/access.ts';
import type { Area } from '../../shared/contract/contract.ts';
import type { ConsoleState } from '../../shared/contract/setUp.ts';
import { reportFailure, type FailureReport } from '../../shared/failure.ts';
import { onConnection, onEvent, request } from '../bridge.ts';

/** A mirror of what the console is, and of what this window may do. */
interface ConsoleMirror {
  state: ConsoleState | null;
  access: AccessState | null;
  connected: boolean;
  failure: FailureReport | null;
}

export const useConsole = create<ConsoleMirror>(() => ({ state: null, access: null, connected: true, failure: null }));

/** Mirrors the console from here on. */
export function mirrorConsole(): void {
  const ask = async () => {
    try {
      const [state, access] = await Promise.all([request('console.state', {}), request('access.state', {})]);
      useConsole.setState({ state, access, failure: null });
    } catch (error) {
      useConsole.setState({ failure: reportFailure(error) });
    }
  };
  onEvent('access', (access) => useConsole.setState({ access }));
  onEvent('changed', ({ areas }) => {
    if (areas.some((area: Area) => area === 'console')) void ask();
  });
  onConnection((connected) => {
    useConsole.setState({ connected });
    if (connected) void ask();
  });
  void ask();
}
