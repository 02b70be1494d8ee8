import { Button, Group, Radio, Select, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { BackupDetail } from '../../../../shared/contract/backups.ts';
import type { SourceView } from '../../../../shared/contract/sources.ts';
import { counted, formatBytes } from '../../../../shared/format.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { useAnswer } from '../../../useAnswer.ts';
import { StepHeading } from '../StepHeading.tsx';
import type { Draft } from './draft.ts';

/** Names found by what was typed are shown up to here; who looks for another one types more of it. */
const shownNames = 50;

interface WhatStepProps {
  backup: BackupDetail;
  /** Null where the source was removed, but for its backups. */
  source: SourceView | null;
  form: UseFormReturnType<Draft>;
  onBack: () => void;
  onNext: () => void;
}

/** Step 2: how much of the backup. */
export function WhatStep({ backup, source, form, onBack, onNext }: WhatStepProps) {
  const [one, setOne] = useState(form.getValues().tenant !== '');
  const rows = backup.tables.reduce((sum, table) => sum + table.rows, 0);
  const ofTenant = backup.kind === 'TENANT';
  const choose = (value: string) => {
    setOne(value === 'TENANT');
    if (value === 'TENANT') return;
    // Everything can go into a new database again, which is the safe way.
    if (form.getValues().tenant !== '') form.setFieldValue('aim', 'new');
    form.setFieldValue('tenant', '');
  };
  const next = () => {
    if (one && form.getValues().tenant === '') form.setFieldError('tenant', 'Which tenant?');
    else onNext();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      <StepHeading>What shall be restored?</StepHeading>
      <Stack gap="md">
        <Radio.Group value={one ? 'TENANT' : 'FULL'} onChange={choose} aria-label="What shall be restored">
          <Stack gap="sm">
            <Radio
              value="FULL"
              label={ofTenant ? 'Everything of this tenant' : 'Everything'}
              description={`${ofTenant ? 'All that the backup holds' : `The whole database ${backup.manifest?.source.database ?? backup.source}`}: ${counted(backup.tables.length, 'table')}, ${counted(rows, 'row')}, ${formatBytes(backup.plainBytes)}.`}
            />
            {!ofTenant && (
              <Radio
                value="TENANT"
                disabled={!source?.tenants}
                label="One tenant"
                description={
                  source?.tenants
                    ? 'Its rows are put back into the live database. All other tenants stay as they are.'
                    : source
                      ? 'Nobody has told yet how the tenants of this database are told apart: see Tenants.'
                      : 'The database was removed here, so nothing tells its tenants apart.'
                }
              />
            )}
          </Stack>
        </Radio.Group>
        {one && source && <TenantChoice source={source.name} form={form} />}
        <Text size="sm" maw={640}>
          The database as it was at a moment between two backups cannot be restored by this version; that comes later.
        </Text>
        <Group justify="end">
          <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>
            Back
          </Button>
          <Button type="submit" rightSection={<IconArrowRight size={16} />}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function TenantChoice({ source, form }: { source: string; form: UseFormReturnType<Draft> }) {
  const { value, failure, again } = useAnswer('tenants.coverage', { source }, ['sources']);
  if (failure) return <FailureNotice failure={failure} onRetry={again} />;
  const tenants = (value?.tenants ?? []).map(({ id, name }) => ({
    value: id,
    label: name === null || name === id ? id : `${name} (${id})`,
  }));
  return (
    <Select
      ml={30}
      maw={520}
      label="Tenant"
      placeholder="A part of its name or id"
      description={`${counted(tenants.length, 'tenant')} known, also those that are gone from the database.`}
      searchable
      limit={shownNames}
      data={tenants}
      nothingFoundMessage="No tenant like this"
      value={form.values.tenant === '' ? null : form.values.tenant}
      error={form.errors.tenant}
      onChange={(id) => {
        form.clearFieldError('tenant');
        form.setValues({ tenant: id ?? '', aim: 'merge' });
      }}
    />
  );
}
