import { Checkbox } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { ServerFields } from '../../../forms/ServerFields.tsx';
import type { Draft } from './draft.ts';

/** Another role or server than the source's. */
export function OtherServer({ form, needed }: { form: UseFormReturnType<Draft>; needed: boolean }) {
  return (
    <>
      <Checkbox
        label="As another role, or on another server"
        description={
          needed
            ? 'Needed here: the database was removed from Strongroom.'
            : 'For example when the role of the database may only take backups.'
        }
        disabled={needed}
        {...form.getInputProps('elsewhere', { type: 'checkbox' })}
      />
      {form.values.elsewhere && <ServerFields inputProps={form.getInputProps} />}
    </>
  );
}
