import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { channelKinds } from '../../../../shared/channel.ts';
import { channelFormSchema, type ChannelView } from '../../../../shared/contract/notify.ts';
import { act } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { fieldErrors, focusFirstError } from '../../../forms/fieldErrors.ts';
import { freeName } from '../../../forms/storeDraft.ts';
import { useAttempt } from '../../../forms/useAttempt.ts';
import {
  channelFormOf,
  channelKindWords,
  draftOf,
  emptyChannelDraft,
  type ChannelDraft,
  type ChosenKind,
} from './channelDraft.ts';
import { ChannelFields } from './ChannelFields.tsx';

const kinds = channelKinds.filter((kind) => kind !== 'system');

interface ChannelFormProps {
  /** Null: a new one. */
  channel: ChannelView | null;
  takenNames: string[];
  onDone: (channel: ChannelView) => void;
}

/** Adds or changes a channel. Its secrets go to the main process and never come back. */
export function ChannelForm({ channel, takenNames, onDone }: ChannelFormProps) {
  const { busy, failure, attempt, forget } = useAttempt();
  const form = useForm<ChannelDraft>({
    initialValues: channel ? draftOf(channel) : emptyChannelDraft('email', freeName('email', takenNames)),
    validate: draftErrors,
    validateInputOnBlur: true,
  });
  const choose = (kind: ChosenKind) => {
    form.setValues(emptyChannelDraft(kind, freeName(kind, takenNames)));
    form.clearErrors();
    forget();
  };
  const save = form.onSubmit(
    (draft) => attempt(async () => onDone(await act(channel ? 'notify.change' : 'notify.add', channelFormOf(draft)))),
    (errors) => focusFirstError(errors, form),
  );
  return (
    <form onSubmit={save} noValidate aria-label={channel ? 'Change a channel' : 'Add a channel'}>
      <Stack gap="sm">
        {!channel && (
          <Group gap="sm" align="start" grow>
            <NativeSelect
              label="How somebody is told"
              description="Each way that reaches somebody elsewhere is worth having."
              data={kinds.map((value) => ({ value, label: channelKindWords[value] }))}
              value={form.values.kind}
              onChange={({ currentTarget }) => choose(currentTarget.value as ChosenKind)}
            />
            <TextInput
              label="Name"
              description="Short, as you would call it on the phone."
              autoComplete="off"
              {...form.getInputProps('name')}
            />
          </Group>
        )}
        <ChannelFields form={form} known={channel !== null} />
        {failure && <FailureNotice failure={failure} />}
        <Group gap="sm">
          <Button type="submit" loading={busy}>
            {channel ? 'Save' : 'Add'}
          </Button>
          <Text size="xs" c="dimmed">
            {channel
              ? 'A secret that is left empty stays, unless the way leads to another host.'
              : 'Nothing is sent now: test it afterwards.'}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

/** What is wrong with a draft, by its fields; a list is one field here. */
function draftErrors(draft: ChannelDraft) {
  const errors = fieldErrors(channelFormSchema)(channelFormOf(draft));
  return Object.fromEntries(
    Object.entries(errors).map(([path, message]) => [path.startsWith('to.') ? 'to' : path, message]),
  );
}
