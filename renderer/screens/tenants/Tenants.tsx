import { NativeSelect, Tabs } from '@mantine/core';
import { useMemo } from 'react';
import { Link, useSearch } from 'wouter';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { goTo } from '../../hashLocation.ts';
import { useAnswer } from '../../useAnswer.ts';
import { placeOf, readPlace, type TenantPlace } from './place.ts';
import { RowSecurity } from './RowSecurity.tsx';
import { TenantList } from './TenantList.tsx';
import { TellTenantsApart } from './TellTenantsApart.tsx';

/** The tenants of a database: who is backed up, who is not, and whether a backup of one holds exactly its rows. */
export function Tenants() {
  const search = useSearch();
  const place = useMemo(() => readPlace(search), [search]);
  const { value, failure, again } = useAnswer('sources.list', {}, ['sources']);
  const change = (part: Partial<TenantPlace>) => goTo(placeOf({ ...place, ...part }), { replace: true });
  if (!value)
    return (
      <>
        <PageHead title="Tenants" />
        {failure ? <FailureNotice failure={failure} onRetry={again} /> : <Loading what="the databases" />}
      </>
    );
  const { sources } = value;
  // One with tenants before one without, unless somebody has chosen.
  const source =
    sources.find(({ name }) => name === place.source) ?? sources.find(({ tenants }) => tenants !== null) ?? sources[0];
  if (!source)
    return (
      <>
        <PageHead title="Tenants" />
        <EmptyState title="No database yet" action={<Link href="/settings/sources">Connect a database</Link>}>
          Once one is connected, its tenants can be backed up one by one.
        </EmptyState>
      </>
    );
  const choice =
    sources.length > 1 ? (
      <NativeSelect
        aria-label="Database"
        value={source.name}
        onChange={(event) => goTo(placeOf({ source: event.currentTarget.value }), { replace: true })}
        data={sources.map(({ name }) => name)}
      />
    ) : null;
  if (!source.tenants) return <TellTenantsApart key={source.name} source={source} choice={choice} />;
  const part = place.part === 'rows' ? 'rows' : 'list';
  const tabs = (
    <Tabs value={part} onChange={(chosen) => change({ part: chosen === 'rows' ? 'rows' : '' })} mb="sm">
      <Tabs.List>
        <Tabs.Tab value="list">Backups of tenants</Tabs.Tab>
        <Tabs.Tab value="rows">Row-level security</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
  return part === 'rows' ? (
    <RowSecurity key={source.name} source={source} choice={choice} tabs={tabs} />
  ) : (
    <TenantList key={source.name} source={source.name} place={place} onChange={change} choice={choice} tabs={tabs} />
  );
}
