import { Autocomplete, Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import type { NotifySettings } from '../../../../shared/channel.ts';
import { notifySettingsSchema } from '../../../../shared/contract/notify.ts';
import { act } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { Section } from '../../../components/Section.tsx';
import { fieldErrors, focusFirstError } from '../../../forms/fieldErrors.ts';
import { useAttempt } from '../../../forms/useAttempt.ts';

interface TimesDraft {
  quietOn: boolean;
  quiet: NonNullable<NotifySettings['quiet']>;
  selfTestOn: boolean;
  selfTest: NonNullable<NotifySettings['selfTest']>;
  consoleName: string;
  baseUrl: string;
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const zones = Intl.supportedValuesOf('timeZone');
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

/** When channels keep still, when they say that they work, and how this console is called in messages. */
export function TimesForm({ settings }: { settings: NotifySettings }) {
  const { busy, failure, attempt } = useAttempt();
  const form = useForm<TimesDraft>({
    initialValues: {
      quietOn: settings.quiet !== null,
      quiet: settings.quiet ?? { from: '22:00', to: '07:00', timeZone, criticalPasses: true },
      selfTestOn: settings.selfTest !== null,
      selfTest: settings.selfTest ?? { weekday: 1, time: '09:00', timeZone },
      consoleName: settings.consoleName ?? '',
      baseUrl: settings.baseUrl ?? '',
    },
    validate: (draft) => fieldErrors(notifySettingsSchema)(settingsOf(draft)),
    validateInputOnBlur: true,
  });
  const save = form.onSubmit(
    (draft) =>
      attempt(async () => {
        await act('notify.settings', settingsOf(draft));
        notifications.show({ color: 'green', message: 'Saved.' });
      }),
    (errors) => focusFirstError(errors, form),
  );
  const { quietOn, selfTestOn, selfTest } = form.values;
  return (
    <Section title="When">
      <form onSubmit={save} noValidate aria-label="When people are told">
        <Stack gap="sm">
          <Checkbox
            label="Quiet hours: what is held back comes at their end, as one message"
            {...form.getInputProps('quietOn', { type: 'checkbox' })}
          />
          {quietOn && (
            <>
              <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
                <TextInput type="time" label="From" {...form.getInputProps('quiet.from')} />
                <TextInput type="time" label="To" {...form.getInputProps('quiet.to')} />
                <Autocomplete label="Time zone" data={zones} limit={20} {...form.getInputProps('quiet.timeZone')} />
              </SimpleGrid>
              <Checkbox
                label="CRITICAL alerts pass all the same"
                {...form.getInputProps('quiet.criticalPasses', { type: 'checkbox' })}
              />
            </>
          )}
          <Checkbox
            label="Once a week, every channel says that it works: when that stays away, it is dead"
            {...form.getInputProps('selfTestOn', { type: 'checkbox' })}
          />
          {selfTestOn && (
            <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
              <NativeSelect
                label="Day"
                data={days.map((label, value) => ({ label, value: String(value) }))}
                value={String(selfTest.weekday)}
                onChange={({ currentTarget }) => form.setFieldValue('selfTest.weekday', Number(currentTarget.value))}
              />
              <TextInput type="time" label="At" {...form.getInputProps('selfTest.time')} />
              <Autocomplete
                label="Time zone of that"
                data={zones}
                limit={20}
                {...form.getInputProps('selfTest.timeZone')}
              />
            </SimpleGrid>
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput
              label="Name of this console in messages"
              description="Empty: the name of this machine."
              autoComplete="off"
              {...form.getInputProps('consoleName')}
            />
            <TextInput
              label="Address for links"
              description="Where those who are told reach this console. Empty: no links."
              placeholder="https://"
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('baseUrl')}
            />
          </SimpleGrid>
          {failure && <FailureNotice failure={failure} />}
          <Group>
            <Button type="submit" loading={busy} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function settingsOf({ quietOn, quiet, selfTestOn, selfTest, consoleName, baseUrl }: TimesDraft): NotifySettings {
  return {
    quiet: quietOn ? quiet : null,
    selfTest: selfTestOn ? selfTest : null,
    consoleName: consoleName.trim() || null,
    baseUrl: baseUrl.trim() || null,
  };
}
