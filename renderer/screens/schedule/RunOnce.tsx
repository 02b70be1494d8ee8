import { Button, Checkbox, Group, NativeSelect, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { defaultRules, scheduledKindNames, type ScheduledKind } from '../../../shared/schedule.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useAnswer } from '../../useAnswer.ts';
import { formTime, momentOf, ownZone, timeIn } from '../../components/schedule/zoneTime.ts';

const hourMs = 3_600_000;

/** Something that shall run once, at a moment to come. @param kinds what this version can run. */
export function RunOnce({ kinds, onClose }: { kinds: readonly ScheduledKind[]; onClose: () => void }) {
  const sources = useAnswer('sources.list', {}, ['sources']).value?.sources ?? [];
  const [kind, setKind] = useState<ScheduledKind>('full');
  const [chosen, setChosen] = useState<string | null>(null);
  const [time, setTime] = useState(() => formTime(new Date(Date.now() + hourMs)));
  const [tenants, setTenants] = useState<string[]>([]);
  const [note, setNote] = useState('');
  const [pinned, setPinned] = useState(false);
  const [always, setAlways] = useState(true);
  const { busy, failure, attempt } = useAttempt();
  const { about } = defaultRules[kind];
  const names = sources.filter((source) => about !== 'tenants' || source.tenants).map(({ name }) => name);
  const source = about === 'console' ? null : (chosen ?? names[0] ?? null);
  const moment = momentOf(time);
  const backup = kind === 'full' || kind === 'tenants' || kind === 'configuration';

  const save = async () => {
    if (!moment) return;
    const at = moment.toISOString();
    const ask = {
      kind,
      source,
      tenants: kind === 'tenants' && tenants.length > 0 ? tenants : null,
      at,
      note: note.trim() === '' ? null : note.trim(),
      pinned,
      notify: always ? ('always' as const) : ('failure' as const),
    };
    if (!(await attempt(() => act('schedules.at', ask)))) return;
    notifications.show({ color: 'green', message: `${scheduledKindNames[kind]}: ${timeIn(ownZone, at)}` });
    onClose();
  };

  return (
    <FormModal onClose={onClose} title="Run something once">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="sm">
          <NativeSelect
            label="What"
            data={kinds.map((one) => ({ value: one, label: scheduledKindNames[one] }))}
            value={kind}
            onChange={({ currentTarget }) => setKind(currentTarget.value as ScheduledKind)}
          />
          {about !== 'console' && (
            <NativeSelect
              label="Database"
              data={names}
              value={source ?? ''}
              onChange={({ currentTarget }) => setChosen(currentTarget.value)}
              error={names.length === 0 ? 'Of none is it known how its tenants are told apart.' : undefined}
            />
          )}
          {kind === 'tenants' && (
            <TagsInput
              label="Tenants"
              description="Their ids, each followed by Enter. All of them where none is given."
              value={tenants}
              onChange={setTenants}
            />
          )}
          <TextInput
            type="datetime-local"
            label="When"
            description={`In the zone of this computer, ${ownZone}`}
            value={time}
            onChange={({ currentTarget }) => setTime(currentTarget.value)}
            error={moment ? undefined : 'Give day and time.'}
          />
          {backup && (
            <>
              <TextInput
                label="Note"
                value={note}
                onChange={({ currentTarget }) => setNote(currentTarget.value)}
                maxLength={200}
              />
              <Checkbox
                label="Pin it: it is never deleted by itself"
                checked={pinned}
                onChange={({ currentTarget }) => setPinned(currentTarget.checked)}
              />
            </>
          )}
          <Checkbox
            label="Tell also when it went well"
            checked={always}
            onChange={({ currentTarget }) => setAlways(currentTarget.checked)}
          />
          <Text size="sm" c="dimmed">
            It runs while the console is open or served; where it was not at that moment, as soon as it is again.
          </Text>
          {failure && <FailureNotice failure={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" loading={busy} disabled={about !== 'console' && source === null}>
              Plan it
            </Button>
          </Group>
        </Stack>
      </form>
    </FormModal>
  );
}
