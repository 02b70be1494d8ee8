import { Button } from '@mantine/core';
import { FormModal } from '../../forms/FormModal.tsx';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { SourceView } from '../../../shared/contract/sources.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { TenantModelForm } from '../../forms/TenantModelForm.tsx';

/** A database of which nobody has said yet how its tenants are told apart. */
export function TellTenantsApart({ source, choice }: { source: SourceView; choice: ReactNode }) {
  const [asking, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHead title="Tenants">{choice}</PageHead>
      <EmptyState
        title={`How are the tenants of ${source.name} told apart?`}
        action={<Button onClick={open}>Tell where its tenants are…</Button>}
      >
        Where a database holds several tenants, each can be backed up for itself, and be put back without touching the
        others. Strongroom needs to know the table with one row per tenant, and what the row-level security reads.
      </EmptyState>
      <FormModal opened={asking} onClose={close} title={`The tenants of ${source.name}`} size="lg">
        <TenantModelForm source={source} onKept={close} />
      </FormModal>
    </>
  );
}
