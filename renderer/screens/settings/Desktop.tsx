import { Stack, Switch } from '@mantine/core';
import type { Preferences } from '../../../shared/contract/overview.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useAnswer } from '../../useAnswer.ts';

/** How the program behaves on the desktop: when it starts, and what closing its window means. */
export function Desktop() {
  const { value, failure, again } = useAnswer('preferences.show', {}, ['preferences']);
  const { busy, failure: refused, attempt } = useAttempt();
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  if (!value) return <Loading what="the preferences" />;
  const save = async (change: Partial<Preferences>) => {
    await attempt(() => act('preferences.save', { ...value, ...change }));
    again();
  };
  return (
    <Stack gap="md">
      <Switch
        label="Start when I log in"
        description="Without a window: only the icon beside the clock."
        checked={value.startAtLogin}
        disabled={busy}
        onChange={({ currentTarget }) => void save({ startAtLogin: currentTarget.checked })}
      />
      <Switch
        label="Closing the window hides it"
        description="Jobs go on and the icon beside the clock stays. Off: closing the window quits."
        checked={value.closeToTray}
        disabled={busy}
        onChange={({ currentTarget }) => void save({ closeToTray: currentTarget.checked })}
      />
      {refused && <FailureNotice failure={refused} />}
    </Stack>
  );
}
