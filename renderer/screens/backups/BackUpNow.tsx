import { Button, Checkbox, Group, NativeSelect, Radio, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { noteSchema } from '../../../shared/contract/shapes.ts';
import { formatCount } from '../../../shared/format.ts';
import { reportFailure, type FailureReport } from '../../../shared/failure.ts';
import { act, sentence } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { Loading } from '../../components/Loading.tsx';
import { closeBackUpNow, useBackUpNow, type TenantChoice } from '../../stores/backUpNow.ts';
import { useAnswer } from '../../useAnswer.ts';

/** The dialog that takes a backup now; once it runs, the strip shows it. */
export function BackUpNow() {
  const asked = useBackUpNow(({ source }) => source);
  const tenants = useBackUpNow((wish) => wish.tenants);
  return (
    <FormModal opened={asked !== null} onClose={closeBackUpNow} title="Back up now">
      {asked !== null && <BackUpForm asked={asked} tenants={tenants} />}
    </FormModal>
  );
}

type Notify = 'always' | 'failure';
type Kind = 'full' | 'all' | 'chosen' | 'configuration';

function BackUpForm({ asked, tenants }: { asked: string; tenants: TenantChoice | null }) {
  const { value, failure: unread, again } = useAnswer('sources.list', {}, ['sources']);
  const [source, setSource] = useState(asked);
  const [kind, setKind] = useState<Kind>(tenants === null ? 'full' : tenants === 'all' ? 'all' : 'chosen');
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
  const hasTenants = value.sources.some(({ name, tenants: model }) => name === chosen && model !== null);
  const picked = chosen === asked && tenants !== null && tenants !== 'all' ? tenants : null;
  const kinds: { value: Kind; label: string }[] = [
    { value: 'full', label: 'The whole database (full)' },
    ...(hasTenants && picked ? [{ value: 'chosen' as const, label: tenantsInWords(picked.length) }] : []),
    ...(hasTenants ? [{ value: 'all' as const, label: 'Every tenant, a backup of each' }] : []),
    { value: 'configuration', label: 'Configuration: files, settings and roles' },
  ];
  const taken = kinds.find((one) => one.value === kind)?.value ?? 'full';
  const sourceError = chosen === '' ? 'Choose the database' : null;
  const noteError = noteSchema.safeParse(note).error?.issues[0]?.message;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (sourceError || noteError) return;
    setStarting(true);
    setFailure(null);
    try {
      const wish = { source: chosen, note: note.trim() || null, pinned, notify };
      if (taken === 'full') await act('backups.start', wish);
      else if (taken === 'configuration') await act('configuration.backUp', wish);
      else await act('tenants.backUp', { ...wish, tenants: taken === 'chosen' && picked ? [...picked] : 'all' });
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
          data={[{ value: '', label: names.length === 0 ? 'None is connected' : 'Choose…' }, ...names]}
          error={tried && sourceError}
        />
        <NativeSelect
          label="Kind"
          value={taken}
          onChange={(event) => setKind(event.currentTarget.value as Kind)}
          data={kinds}
          description={
            taken === 'full'
              ? 'While it runs, the shop goes on selling.'
              : taken === 'configuration'
                ? 'Which files is chosen in the settings of the database.'
                : 'Each holds exactly the rows of its tenant and the shared tables. While they run, the shop goes on selling.'
          }
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
          label="Pin it"
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

function tenantsInWords(count: number): string {
  return count === 1 ? 'The tenant that was chosen' : `${formatCount(count)} chosen tenants, a backup of each`;
}
