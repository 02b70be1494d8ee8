import { Button, Group, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconArrowLeft, IconArrowRight, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { BackupDetail } from '../../../../shared/contract/backups.ts';
import type { SourceView } from '../../../../shared/contract/sources.ts';
import { copyMarks } from '../../../components/backupWords.ts';
import { StepHeading } from '../StepHeading.tsx';
import { problemsOf, type Draft } from './draft.ts';
import { PolicyChoice } from './merge/PolicyChoice.tsx';
import { OtherServer } from './OtherServer.tsx';

const moreName = 'Another role or server, one store only';

/** Step 3: into which database, on which server, from which store. By default nothing live is touched. */
export function WhereStep({
  backup,
  source,
  live,
  form,
  checking,
  onBack,
  onNext,
}: {
  backup: BackupDetail;
  /** Null where the source was removed, but for its backups. */
  source: SourceView | null;
  live: string;
  form: UseFormReturnType<Draft>;
  checking: boolean;
  onBack: () => void;
  onNext: () => void;
}) {
  const { aim, elsewhere, store, name, tenant } = form.values;
  const [more, setMore] = useState(false);
  // What is set is never hidden.
  const set = elsewhere || store !== '';
  // A refusal of the console comes later than the form's own: the focus goes to the field that it is about.
  const firstWrong = Object.keys(form.errors)[0];
  useEffect(() => {
    if (firstWrong !== undefined) form.getInputNode(firstWrong)?.focus();
  }, [firstWrong]);

  return (
    <form onSubmit={form.onSubmit(onNext)} noValidate>
      <StepHeading>Where shall it be restored to?</StepHeading>
      <Stack gap="md" maw={720}>
        <Radio.Group aria-label="Where it is restored to" {...form.getInputProps('aim')}>
          <Stack gap="sm">
            {tenant === '' && (
              <>
                <Radio
                  value="new"
                  label="Into a new database, beside the live one"
                  description="Nothing live is touched. You can look at it, and put it in the place of the live one afterwards."
                />
                <TextInput
                  ml={30}
                  label="Name of the new database"
                  description={
                    elsewhere || !source ? 'On the server below.' : `On the server of the database ${source.name}.`
                  }
                  disabled={aim !== 'new'}
                  spellCheck={false}
                  autoComplete="off"
                  key={form.key('name')}
                  {...form.getInputProps('name')}
                  error={form.errors.name ?? (name === '' ? undefined : problemsOf(form.values, live).name)}
                />
              </>
            )}
            <Radio
              value="merge"
              label={`Merge into the live database ${live}`}
              description={`${wholeRows(backup, tenant)} are compared with the live ones and put back, row by row, in one step that happens whole or not at all. Everything else stays as it is, and that is proven. Only an owner may do it; it can be undone.`}
            />
            {aim === 'merge' && <PolicyChoice form={form} ofOne={tenant !== '' || backup.tenant !== null} />}
            {/* A database that holds one tenant must not take the place of one that holds them all. */}
            {tenant === '' && backup.kind !== 'TENANT' && (
              <Radio
                value="replace"
                label={`Replace the live database ${live}`}
                description="It is restored beside the live one and compared with the backup first; only if all is there do the two change names. The old one is kept, and the swap can be rolled back. Only an owner may do it."
              />
            )}
          </Stack>
        </Radio.Group>
        <div>
          {set ? (
            <Text size="sm" fw={600}>
              {moreName}
            </Text>
          ) : (
            <Button
              variant="subtle"
              size="compact-sm"
              aria-expanded={more}
              leftSection={more ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
              onClick={() => setMore(!more)}
            >
              More: {moreName.toLowerCase()}
            </Button>
          )}
          {(more || set) && (
            <Stack gap="sm" mt="xs" ml={30}>
              <OtherServer form={form} needed={source === null} />
              <Select
                label="Copies from"
                description="The nearest good copy is the quickest. Should it be damaged, the next store is asked."
                data={[
                  { value: '', label: 'The nearest store first' },
                  ...backup.copies.map((copy) => ({
                    value: copy.store,
                    label: `Only ${copy.store}${copy.state === 'STORED' ? '' : `: ${copyMarks[copy.state].word.toLowerCase()}`}`,
                    disabled: copy.state !== 'STORED',
                  })),
                ]}
                allowDeselect={false}
                {...form.getInputProps('store')}
              />
            </Stack>
          )}
        </div>
        <Text size="sm">
          {aim === 'merge'
            ? 'Nothing is changed yet: the next step compares the rows, which takes about as long as a restore, and says what would happen.'
            : 'Nothing begins yet: the next step looks at the server and says what would happen.'}
        </Text>
        <Group justify="end">
          <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>
            Back
          </Button>
          <Button type="submit" loading={checking} rightSection={<IconArrowRight size={16} />}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function wholeRows(backup: BackupDetail, tenant: string): string {
  return tenant !== '' || backup.tenant !== null ? 'The rows of this tenant' : 'The rows of the backup';
}
