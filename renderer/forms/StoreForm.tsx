import { Button, Group, Input, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useId } from 'react';
import { storeFormSchema, type StoreStatus } from '../../shared/contract/stores.ts';
import { storeKinds, type StoreKind } from '../../shared/store.ts';
import { act } from '../act.ts';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { fieldErrors, focusFirstError } from './fieldErrors.ts';
import { CloudFields, FolderField } from './StoreFields.tsx';
import { emptyStoreDraft, freeName, storeFormOf, storeKindWords, type StoreDraft } from './storeDraft.ts';
import { useAttempt } from './useAttempt.ts';

interface StoreFormProps {
  takenNames: string[];
  /** The kind that is offered first. */
  kind: StoreKind;
  onAdded: (status: StoreStatus) => void;
}

/** Adds a place for copies. The console writes to it, reads, lists and deletes before it counts. */
export function StoreForm({ takenNames, kind: first, onAdded }: StoreFormProps) {
  const { busy, failure, attempt, forget } = useAttempt();
  const form = useForm<StoreDraft>({
    initialValues: emptyStoreDraft(first, takenNames),
    validate: draftErrors,
    validateInputOnBlur: true,
  });
  const { kind } = form.values;
  const kindId = useId();

  const choose = (chosen: StoreKind) => {
    const { name } = form.getValues();
    // A name that was only a suggestion follows the kind.
    const suggested = name === freeName(kind, takenNames);
    form.setValues({ kind: chosen, name: suggested ? freeName(chosen, takenNames) : name });
    form.clearErrors();
    forget();
  };

  const add = form.onSubmit(
    (draft) =>
      attempt(async () => {
        const status = await act('stores.add', storeFormOf(draft));
        form.setValues(emptyStoreDraft(draft.kind, [...takenNames, draft.name])); // with the secret
        onAdded(status);
      }),
    (errors) => focusFirstError(errors, form),
  );

  return (
    <form onSubmit={add} noValidate aria-label="Add a store">
      <Stack gap="sm">
        <div>
          <Input.Label id={kindId} labelElement="div">
            What kind of place
          </Input.Label>
          <SegmentedControl
            aria-labelledby={kindId}
            fullWidth
            data={storeKinds.map((value) => ({ value, label: storeKindWords[value] }))}
            value={kind}
            onChange={choose}
          />
        </div>
        <TextInput
          label="Name"
          description="Short, as you would call it on the phone."
          autoComplete="off"
          maw={320}
          {...form.getInputProps('name')}
        />
        {kind === 'local' ? <FolderField form={form} /> : <CloudFields form={form} kind={kind} />}
        {failure && <FailureNotice failure={failure} />}
        <Group gap="sm">
          <Button type="submit" loading={busy}>
            Test and add
          </Button>
          <Text size="xs" c="dimmed">
            A small file is written, read back, listed and deleted; only then the store is added.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

/** What is wrong with a draft, by its fields. */
function draftErrors(draft: StoreDraft) {
  const { endpoint, ...errors } = fieldErrors(storeFormSchema)(storeFormOf(draft));
  if (endpoint === undefined) return errors;
  if (draft.kind === 'r2') return { ...errors, account: 'The account ID, or the endpoint that Cloudflare shows' };
  return { ...errors, endpoint };
}
