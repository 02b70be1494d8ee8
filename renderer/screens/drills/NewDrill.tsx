import { Button, Group, Radio, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import type { DrillPlace } from '../../../shared/drill.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { focusFirstError } from '../../forms/fieldErrors.ts';
import { serverDraft, serverErrors, serverOf, type ServerDraft } from '../../forms/serverDraft.ts';
import { ServerFields } from '../../forms/ServerFields.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';

interface Draft extends ServerDraft {
  source: string;
  place: DrillPlace;
}

/** Asks which database shall be proven and where, and starts a test restore of its newest good backup. */
export function NewDrill({ sources, opened, onClose }: { sources: string[]; opened: boolean; onClose: () => void }) {
  return (
    <FormModal opened={opened} onClose={onClose} title="New test restore" size="lg">
      {opened && <DrillForm sources={sources} onClose={onClose} />}
    </FormModal>
  );
}

function DrillForm({ sources, onClose }: { sources: string[]; onClose: () => void }) {
  const { busy, failure, attempt } = useAttempt();
  const form = useForm<Draft>({
    initialValues: { ...serverDraft(), source: sources[0] ?? '', place: 'source' },
    validate: (draft) => (draft.place === 'server' ? serverErrors(draft) : {}),
  });
  const { source, place, password } = form.values;
  const start = form.onSubmit(
    async (draft) => {
      const elsewhere = place === 'server';
      const on = elsewhere ? serverOf(draft) : null;
      const started = await attempt(() =>
        act('drills.start', { source, backupId: null, place, on, password: elsewhere && password ? password : null }),
      );
      if (!started) return;
      notifications.show({ message: `Proving ${source}. The bar at the bottom shows how it goes.` });
      onClose();
    },
    (errors) => focusFirstError(errors, form),
  );
  return (
    <form onSubmit={start} noValidate aria-label="New test restore">
      <Stack gap="sm">
        <Text size="sm">
          The newest good backup is restored into a throw-away database, everything is compared with the backup, and it
          is removed again. Nothing live is touched.
        </Text>
        <Select
          label="Database"
          data={sources}
          allowDeselect={false}
          comboboxProps={{ withinPortal: true }}
          {...form.getInputProps('source')}
        />
        <Radio.Group label="Where" {...form.getInputProps('place')}>
          <Stack gap="xs" mt={4}>
            <Radio
              value="source"
              label="On its own server, beside the live database"
              description="The quickest. It takes as much room there as the database, and some of the speed."
            />
            <Radio
              value="scratch"
              label="In a PostgreSQL of its own on this machine"
              description="Made for it and removed afterwards; the live server does not notice. The server programs of PostgreSQL have to be installed here."
            />
            <Radio
              value="server"
              label="On another server"
              description="Proves that the backup comes back on a machine that never saw the database."
            />
          </Stack>
        </Radio.Group>
        {place === 'server' && <ServerFields inputProps={form.getInputProps} />}
        {failure && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={busy}>
            Start the test restore
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
