import { Alert, Button, Checkbox, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { reportFailure, type FailureReport } from '../../../shared/failure.ts';
import { formatCount } from '../../../shared/format.ts';
import type { TenantCoverage } from '../../../shared/tenant.ts';
import { act, sentence } from '../../act.ts';
import { request } from '../../bridge.ts';
import { DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Moment } from '../../components/Moment.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useChoice } from '../../components/useChoice.ts';
import { goTo } from '../../hashLocation.ts';
import { openBackUpNow } from '../../stores/backUpNow.ts';
import { useAnswer } from '../../useAnswer.ts';
import { tenantColumns } from './columns.tsx';
import { coverageOf, coverageStates, fits, summaryOf } from './coverage.ts';
import { coverageMarks } from './coverageMarks.ts';
import { placeOf, type TenantPlace } from './place.ts';

interface TenantListProps {
  source: string;
  place: TenantPlace;
  onChange: (change: Partial<TenantPlace>) => void;
  choice: ReactNode;
  tabs: ReactNode;
}

/** Every tenant with its newest good backup; chosen ones, or all, are backed up from here. */
export function TenantList({ source, place, onChange, choice, tabs }: TenantListProps) {
  const { value, failure, again } = useAnswer('tenants.coverage', { source }, ['sources', 'backups']);
  const { unread, look } = useLook(source, again);
  const chosen = useChoice();
  const lookedAt = value?.lookedAt ?? null;
  const someAreGone = value?.tenants.some(({ goneSince }) => goneSince !== null) ?? false;
  const columns = useMemo(() => tenantColumns(lookedAt, someAreGone), [lookedAt, someAreGone]);
  const shown = useMemo(() => {
    const now = new Date();
    return (value?.tenants ?? []).filter(
      (tenant) => fits(tenant, place.find) && (place.state === '' || coverageOf(tenant, lookedAt, now) === place.state),
    );
  }, [value, lookedAt, place.find, place.state]);
  const isThere = (tenant: TenantCoverage) => coverageOf(tenant, lookedAt, new Date()) !== 'gone';
  const choosable = shown.filter(isThere);
  const toggleAll = () => {
    if (chosen.count > 0) chosen.clear();
    else chosen.add(choosable);
  };
  const backUp = () => {
    openBackUpNow(source, chosen.count > 0 ? chosen.ids() : 'all');
    chosen.clear();
  };
  const onOpen = useCallback(
    ({ id }: TenantCoverage) =>
      goTo(`/backups?kind=TENANT&source=${encodeURIComponent(source)}&tenant=${encodeURIComponent(id)}`),
    [source],
  );
  const narrow = (part: Partial<TenantPlace>) => {
    chosen.clear();
    onChange(part);
  };

  return (
    <>
      <PageHead title="Tenants">
        {chosen.count > 0 && (
          <>
            <Text size="sm" role="status">
              {formatCount(chosen.count)} chosen
            </Text>
            <Button variant="subtle" onClick={chosen.clear}>
              Choose none
            </Button>
          </>
        )}
        {choice}
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={backUp}
          disabled={!value || (value.lookedAt !== null && value.tenants.length === 0)}
        >
          {chosen.count > 0 ? `Back up ${formatCount(chosen.count)}…` : 'Back up all…'}
        </Button>
      </PageHead>
      {tabs}
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the tenants" />}
      {value && (
        <>
          <Group gap="xs" mb="xs">
            <Summary coverage={value} />
            <Text size="sm" c="dimmed">
              {value.lookedAt !== null && (
                <>
                  Read <Moment at={value.lookedAt} />
                </>
              )}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconRefresh size={14} aria-hidden />}
              onClick={look}
            >
              Read again
            </Button>
          </Group>
          {unread && <Unread failure={unread} />}
          <Obstacles source={source} />
          <Group component="search" aria-label="Narrow the list" gap="xs" align="flex-end" mb="xs">
            <TextInput
              size="xs"
              label="Name or id"
              w={240}
              dir="auto"
              value={place.find}
              onChange={(event) => narrow({ find: event.currentTarget.value })}
            />
            <NativeSelect
              size="xs"
              label="State"
              w={210}
              value={place.state}
              onChange={(event) => narrow({ state: event.currentTarget.value })}
              data={[
                { value: '', label: 'Any state' },
                ...coverageStates.map((state) => ({ value: state, label: coverageMarks[state].word })),
              ]}
            />
            {(place.find !== '' || place.state !== '') && (
              <Button size="xs" variant="default" onClick={() => narrow({ find: '', state: '' })}>
                Show all
              </Button>
            )}
            <Text size="xs" c="dimmed" aria-live="polite">
              {shown.length === value.tenants.length
                ? `${formatCount(shown.length)} ${shown.length === 1 ? 'tenant' : 'tenants'}`
                : `${formatCount(shown.length)} of ${formatCount(value.tenants.length)} tenants`}
            </Text>
          </Group>
          {shown.length === 0 && value.tenants.length > 0 && (
            <EmptyState title="No tenant like this">There are tenants, but none that fits.</EmptyState>
          )}
          {shown.length > 0 && (
            <DataTable
              label="Tenants"
              columns={columns}
              count={shown.length}
              rowAt={(index) => shown[index]}
              onOpen={onOpen}
              order={`${place.find} ${place.state}`}
              leastWidth={value.tenants.some(({ goneSince }) => goneSince !== null) ? 930 : 775}
              selection={{
                has: chosen.has,
                allows: isThere,
                toggle: chosen.toggle,
                head: (
                  <Checkbox
                    size="xs"
                    aria-label="Choose all"
                    disabled={choosable.length === 0}
                    checked={chosen.count > 0}
                    indeterminate={chosen.count > 0 && chosen.count < choosable.length}
                    onChange={toggleAll}
                  />
                ),
              }}
            />
          )}
        </>
      )}
    </>
  );
}

function Summary({ coverage }: { coverage: Parameters<typeof summaryOf>[0] }) {
  const { tone, word, sentence: said } = summaryOf(coverage, new Date());
  return (
    <>
      <StateMark tone={tone} word={word} />
      <Text size="sm" role="status">
        {said}
      </Text>
    </>
  );
}

/** The list is as old as its last look at the table: then one is better told. */
function Unread({ failure }: { failure: FailureReport }) {
  return (
    <Alert color="yellow" p="xs" mb="xs" title="The table of tenants could not be read just now">
      {sentence(failure.message)}. {failure.hint} What you see is what was known before.
    </Alert>
  );
}

/** What would refuse a tenant's backup is told before somebody starts one. */
function Obstacles({ source }: { source: string }) {
  const { value } = useAnswer('tenants.preflight', { source }, ['sources']);
  if (!value || value.ok) return null;
  const tenantFindings = value.findings.filter(({ mode }) => mode === 'tenant');
  const blocked = tenantFindings.filter(({ severity }) => severity === 'block').length;
  const unconfirmed = tenantFindings.filter(({ severity }) => severity === 'confirm').length;
  if (blocked + unconfirmed === 0) return null;
  const parts = [
    blocked === 0 ? '' : `${formatCount(blocked)} ${blocked === 1 ? 'thing stands' : 'things stand'} in the way`,
    unconfirmed === 0
      ? ''
      : `${formatCount(unconfirmed)} shared ${unconfirmed === 1 ? 'table waits' : 'tables wait'} to be confirmed`,
  ].filter((part) => part !== '');
  return (
    <Alert color="red" p="xs" mb="xs" title="A backup of a tenant would be refused as it is">
      {sentence(parts.join(', and '))}. <Link href={placeOf({ source, part: 'rows' })}>Look at each</Link>
    </Alert>
  );
}

/** Reads the table of tenants when the screen is opened, and when somebody asks for it. */
function useLook(source: string, again: () => void): { unread: FailureReport | null; look: () => void } {
  const [unread, setUnread] = useState<FailureReport | null>(null);
  const learn = useCallback(
    (looking: Promise<unknown>) =>
      looking.then(
        () => {
          setUnread(null);
          again();
        },
        (error: unknown) => {
          const report = reportFailure(error);
          // In a locked window the list stays as it is known; whoever presses the button is asked for the PIN.
          if (!['CANCELLED', 'ROLE_NEEDED', 'PIN_NEEDED'].includes(report.code)) setUnread(report);
        },
      ),
    [again],
  );
  useEffect(() => {
    void learn(request('tenants.look', { source }));
  }, [learn, source]);
  return { unread, look: () => void learn(act('tenants.look', { source })) };
}
