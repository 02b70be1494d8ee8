import { Button, Checkbox, Group, NativeSelect, SegmentedControl, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useSearch } from 'wouter';
import { alertTypes, severities, type Alert } from '../../../shared/alert.ts';
import type { ListedAlerts } from '../../../shared/contract/alerts.ts';
import { formatCount } from '../../../shared/format.ts';
import { act, tellFailure } from '../../act.ts';
import { alertTypeWords, severityMarks } from '../../components/alertWords.ts';
import { DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Moment } from '../../components/Moment.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { useChoice } from '../../components/useChoice.ts';
import { goTo } from '../../hashLocation.ts';
import { useAnswer } from '../../useAnswer.ts';
import { ActButtons } from './ActButtons.tsx';
import { ActDialog, type Deed } from './ActDialog.tsx';
import { alertColumns } from './columns.tsx';
import { alertPlace, readAlertPlace, type AlertPlace } from './place.ts';

/** More are never shown; the filters find the others. */
const mostShown = 5000;

/** The inbox: what is wrong, the worst first, and who looks after it. */
export function Alerts() {
  const search = useSearch();
  const place = useMemo(() => readAlertPlace(search), [search]);
  const { value, failure, again } = useAnswer(
    'alerts.list',
    {
      open: !place.all,
      limit: mostShown,
      ...(place.type ? { type: place.type } : {}),
      ...(place.severity ? { severity: place.severity } : {}),
    },
    ['alerts'],
  );
  const choice = useChoice();
  const [deed, setDeed] = useState<Deed | null>(null);
  const alerts = value?.alerts ?? [];
  const rowAt = useCallback((index: number) => value?.alerts[index], [value]);
  const onOpen = useCallback(({ id }: Alert) => goTo(`/alerts/${id}`), []);
  const change = (part: Partial<AlertPlace>) => {
    choice.clear();
    goTo(alertPlace({ ...place, ...part }), { replace: true });
  };
  const choosable = alerts.filter(isOpen);
  return (
    <>
      <PageHead title="Alerts">
        {choice.count > 0 && (
          <>
            <Text size="sm" role="status">
              {formatCount(choice.count)} chosen
            </Text>
            <ActButtons onAct={setDeed} />
            <Button variant="subtle" onClick={choice.clear}>
              Choose none
            </Button>
          </>
        )}
        <LookNow />
      </PageHead>
      <Filters place={place} onChange={change} />
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the alerts" />}
      {value && alerts.length === 0 && (
        <Nothing place={place} lookedAt={value.lookedAt} onAll={() => goTo('/alerts')} />
      )}
      {value && alerts.length > 0 && (
        <>
          <Text size="xs" c="dimmed" mb={4} aria-live="polite">
            {summary(value, place)} <LookedAt at={value.lookedAt} />
          </Text>
          <DataTable
            label="Alerts"
            columns={alertColumns}
            count={alerts.length}
            rowAt={rowAt}
            onOpen={onOpen}
            order={search}
            leastWidth={780}
            selection={{
              has: choice.has,
              allows: isOpen,
              toggle: choice.toggle,
              head: (
                <Checkbox
                  size="xs"
                  aria-label="Choose all"
                  checked={choice.count > 0}
                  indeterminate={choice.count > 0 && choice.count < choosable.length}
                  disabled={choosable.length === 0}
                  onChange={() => (choice.count > 0 ? choice.clear() : choice.add(choosable))}
                />
              ),
            }}
          />
        </>
      )}
      <ActDialog
        deed={deed}
        ids={choice.ids()}
        onClose={() => {
          setDeed(null);
          choice.clear();
        }}
      />
    </>
  );
}

const isOpen = ({ status }: Alert) => status !== 'RESOLVED';

function summary({ alerts, open }: ListedAlerts, place: AlertPlace): string {
  const total = severities.reduce((sum, severity) => sum + open[severity], 0);
  if (place.all || place.type || place.severity)
    return `${formatCount(alerts.length)} shown, ${formatCount(total)} open in all.`;
  return `${formatCount(total)} open.`;
}

function LookedAt({ at }: { at: string | null }) {
  return at === null ? (
    <>Nothing was looked at yet.</>
  ) : (
    <>
      Last looked <Moment at={at} />.
    </>
  );
}

function LookNow() {
  const [busy, setBusy] = useState(false);
  const look = async () => {
    setBusy(true);
    await act('alerts.look', {}).catch(tellFailure);
    setBusy(false);
  };
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} aria-hidden />}
      loading={busy}
      onClick={() => void look()}
      title="Looks at every store and database now; by itself that happens every five minutes"
    >
      Look now
    </Button>
  );
}

function Filters({ place, onChange }: { place: AlertPlace; onChange: (part: Partial<AlertPlace>) => void }) {
  return (
    <Group component="search" aria-label="Narrow the list" gap="xs" align="flex-end" mb="xs">
      <SegmentedControl
        size="xs"
        aria-label="Which alerts"
        data={[
          { value: 'open', label: 'Open' },
          { value: 'all', label: 'All' },
        ]}
        value={place.all ? 'all' : 'open'}
        onChange={(value) => onChange({ all: value === 'all' })}
      />
      <NativeSelect
        size="xs"
        label="Severity"
        w={130}
        value={place.severity ?? ''}
        data={[
          { value: '', label: 'Any severity' },
          ...severities.map((value) => ({ value, label: severityMarks[value].word })),
        ]}
        onChange={({ currentTarget }) =>
          onChange({ severity: severities.find((one) => one === currentTarget.value) ?? null })
        }
      />
      <NativeSelect
        size="xs"
        label="What"
        w={170}
        value={place.type ?? ''}
        data={[
          { value: '', label: 'Anything' },
          ...alertTypes.map((value) => ({ value, label: alertTypeWords[value] })),
        ]}
        onChange={({ currentTarget }) =>
          onChange({ type: alertTypes.find((one) => one === currentTarget.value) ?? null })
        }
      />
    </Group>
  );
}

function Nothing({ place, lookedAt, onAll }: { place: AlertPlace; lookedAt: string | null; onAll: () => void }) {
  if (place.type || place.severity)
    return (
      <EmptyState
        title="No alert like this"
        action={
          <Button variant="default" onClick={onAll}>
            Show all that are open
          </Button>
        }
      >
        Nothing fits what the list is narrowed by.
      </EmptyState>
    );
  return (
    <EmptyState title={place.all ? 'There was no alert yet' : 'No open alert'}>
      Watched are every backup, its size, its duration and its copies, restores and their age, the stores and their
      room, the databases, their clocks and client programs, and the jobs. <LookedAt at={lookedAt} />
    </EmptyState>
  );
}
