import {
  Button,
  Collapse,
  Group,
  PasswordInput,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { SourceView } from '../../shared/contract/sources.ts';
import { act } from '../act.ts';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { useAnswer } from '../useAnswer.ts';
import { fieldErrors, focusFirstError } from './fieldErrors.ts';
import { RoleSqlList } from './RoleSqlList.tsx';
import { draftOf, modelOf, tenantModelDraftSchema, type TenantModelDraft } from './tenantModelDraft.ts';
import { useAttempt } from './useAttempt.ts';

/** Says how the tenants of a database are told apart. It is kept once the database was asked whether it is so. */
export function TenantModelForm({ source, onKept }: { source: SourceView; onKept: () => void }) {
  const { busy, failure, attempt } = useAttempt();
  const [sqlShown, setSqlShown] = useState(false);
  const form = useForm<TenantModelDraft>({
    initialValues: draftOf(source.tenants),
    validate: fieldErrors(tenantModelDraftSchema),
    validateInputOnBlur: true,
  });
  const { by } = form.values;
  const keep = form.onSubmit(
    async (draft) => {
      const kept = await attempt(async () => {
        const { name } = source;
        if (draft.password !== '')
          await act('sources.setPassword', { name, purpose: 'tenant', password: draft.password });
        await act('sources.setTenants', { name, tenants: modelOf(draft, source.tenants) });
      });
      if (!kept) return;
      form.setFieldValue('password', '');
      onKept();
    },
    (errors) => focusFirstError(errors, form),
  );
  const plain = { autoComplete: 'off', spellCheck: false } as const;
  return (
    <form onSubmit={keep} noValidate aria-label={`The tenants of ${source.name}`}>
      <Stack gap="sm">
        <TextInput
          label="Table with one row per tenant"
          description="With its schema."
          placeholder="shop.tenants"
          data-autofocus
          {...plain}
          {...form.getInputProps('table')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput label="Column of the id" {...plain} {...form.getInputProps('idColumn')} />
          <TextInput label="Column of the name" {...plain} {...form.getInputProps('nameColumn')} />
        </SimpleGrid>
        <Radio.Group label="How a session becomes that of a tenant" {...form.getInputProps('by')}>
          <Group gap="md" mt={4}>
            <Radio value="setting" label="A setting holds its id" />
            <Radio value="sql" label="SQL is run with its id" />
          </Group>
        </Radio.Group>
        {by === 'setting' ? (
          <TextInput
            label="Setting"
            description="The one that the policies read with current_setting()."
            {...plain}
            {...form.getInputProps('setting')}
          />
        ) : (
          <Textarea
            label="SQL"
            description="With {tenant_id} for the id. It is run in a transaction that is rolled back, to see what it sets."
            autosize
            minRows={2}
            ff="monospace"
            spellCheck={false}
            {...form.getInputProps('contextSql')}
          />
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            label="Login of a tenant"
            description="The role that the policies apply to."
            {...plain}
            {...form.getInputProps('user')}
          />
          <PasswordInput
            label="Its password"
            description={
              source.tenants ? 'Empty: the one that is kept stays.' : 'Kept sealed. Empty: the one for full backups.'
            }
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
        </SimpleGrid>
        <div>
          <Button variant="subtle" size="compact-sm" onClick={() => setSqlShown(!sqlShown)} aria-expanded={sqlShown}>
            {sqlShown ? 'Hide the SQL that makes this login' : 'Show the SQL that makes this login'}
          </Button>
        </div>
        <Collapse expanded={sqlShown}>{sqlShown && <TenantLoginSql source={source.name} />}</Collapse>
        <Text size="sm">The database is asked whether all this is so before it is kept.</Text>
        {failure && <FailureNotice failure={failure} />}
        <Group>
          <Button type="submit" loading={busy}>
            Check and keep it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function TenantLoginSql({ source }: { source: string }) {
  const { value, failure, again } = useAnswer('tenants.preflight', { source }, []);
  if (failure) return <FailureNotice failure={failure} onRetry={again} />;
  return value ? <RoleSqlList sql={value.roleSql} only="tenant" /> : <Loading what="the SQL" />;
}
