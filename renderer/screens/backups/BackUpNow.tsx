import { Button, Checkbox, Group, Modal, NativeSelect, Radio, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { noteSchema } from '../../../shared/contract/shapes.ts';
import { reportFailure, type FailureReport } from '../../../shared/failure.ts';
import { act, sentence, usePinWait } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { closeBackUpNow, useBackUpNow } from '../../stores/backUpNow.ts';
import { useAnswer } from '../../useAnswer.ts';

/** The dialog that takes a backup now; once it runs, the strip shows it. */
export function BackUpNow() {
  const asked = useBackUpNow(({ source }) => source);
  const waitsForPin = usePinWait(({ wait }) => wait !== null);
  return (
    <Modal
      opened={asked !== null}
      onClose={closeBackUpNow}
      closeOnEscape={!waitsForPin}
      title="Back up now"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {asked !== null && <BackUpForm asked={asked} />}
    </Modal>
  );
}

type Notify = 'always' | 'failure';

function BackUpForm({ asked }: { asked: string }) {
  const { value, failure: unread, again } = useAnswer('sources.list', {}, ['sources']);
  const [source, setSource] = useState(asked);
  const [note, setNote] = useState('');
  const [pinned, setPinned] = useState(false);
  const [notify, setNotify] = useState<Notify>('failure');
  const [tried, setTried] = useState(false);
  const [starting, setStarting] = useState(false);
  const [failure, setFailure] = useState<FailureReport | null>(null);

  if (!value) return unread ? <FailureNotice failure={unread} onRetry={again} /> : <Loading what="the databases" />;
  const names = value.sources.map(({ name }) => name);
  const only = names.length === 1 ? (names[0] ?? '') : '';
  const chosen = names.includes(source) ? source : only;
  const sourceError = chosen === '' ? 'Choose the database' : null;
  const noteError = noteSchema.safeParse(note).error?.issues[0]?.message;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (sourceError || noteError) return;
    setStarting(true);
    setFailure(null);
    try {
      await act('backups.start', { source: chosen, note: note.trim() || null, pinned, notify });
      closeBackUpNow();
    } catch (error) {
      setFailure(reportFailure(error));
      setStarting(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <NativeSelect
          label="Database"
          required
          autoFocus
          value={chosen}
          onChange={(event) => setSource(event.currentTarget.value)}
          data={[{ value: '', label: names.length === 0 ? 'None is connected' : 'Choose …' }, ...names]}
          error={tried && sourceError}
        />
        <NativeSelect
          label="Kind"
          data={['The whole database (full)']}
          description="While it runs, the shop goes on selling."
        />
        <Textarea
          label="Note"
          placeholder="Such as: before the price change"
          autosize
          minRows={1}
          maxRows={4}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          error={noteError && sentence(noteError)}
        />
        <Checkbox
          label="Keep it"
          description="No clean-up ever removes it."
          checked={pinned}
          onChange={(event) => setPinned(event.currentTarget.checked)}
        />
        <Radio.Group label="Tell me when it ends" value={notify} onChange={(when) => setNotify(when as Notify)}>
          <Group gap="md" mt={4}>
            <Radio value="failure" label="Only if it failed" />
            <Radio value="always" label="In any case" />
          </Group>
        </Radio.Group>
        {failure && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={closeBackUpNow}>
            Not now
          </Button>
          <Button type="submit" loading={starting}>
            Back up now
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
