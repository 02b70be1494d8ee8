import { Alert, Button, Checkbox, Group, Text } from '@mantine/core';
import { IconFileImport, IconPlayerPlay, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSearch } from 'wouter';
import type { BackupSort } from '../../../shared/contract/backups.ts';
import { formatCount } from '../../../shared/format.ts';
import { act, tellFailure } from '../../act.ts';
import { DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { goTo } from '../../hashLocation.ts';
import { openBackUpNow } from '../../stores/backUpNow.ts';
import { useAnswer } from '../../useAnswer.ts';
import { useTenantNames } from '../../useTenantNames.ts';
import { BackupFilters } from './BackupFilters.tsx';
import { canVerify, type BackupRow } from './backupRow.ts';
import { backupColumns } from './columns.tsx';
import { DeleteDialog } from './DeleteDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { orderOf, placeOf, readPlace, type ListPlace } from './place.ts';
import { useBackupRows } from './useBackupRows.ts';
import { useChoice } from '../../components/useChoice.ts';
import { VerifyDialog } from './VerifyDialog.tsx';

/** Of one job of verification. */
const mostChosen = 1000;

/** Every backup: narrowed, sorted, scrolled through, and verified several at a time. */
export function Backups() {
  const search = useSearch();
  useDialogFromAddress(search);
  const place = useMemo(() => readPlace(search), [search]);
  const order = useMemo(() => orderOf(place), [place]);
  const { rowAt, total, failure, stale, want, again, all } = useBackupRows(order);
  const stores = useAnswer('stores.list', {}, ['stores']).value?.stores.length ?? 0;
  const nameOf = useTenantNames();
  const columns = useMemo(() => backupColumns(stores, nameOf), [stores, nameOf]);
  const choice = useChoice();
  const [verifying, setVerifying] = useState(false);
  const [importing, setImporting] = useState(false);
  const [deleting, setDeleting] = useState(false);

  const change = (part: Partial<ListPlace>) => {
    choice.clear();
    goTo(placeOf({ ...place, ...part }), { replace: true });
  };
  const onSort = (by: BackupSort) =>
    change({ sort: by, ascending: order.sort === by && order.descending ? 'yes' : '' });
  const onOpen = useCallback(({ id }: BackupRow) => goTo(`/backups/${id}`), []);
  const chooseAll = () => {
    if (choice.count > 0) choice.clear();
    else all().then((every) => choice.add(every.filter(canVerify)), tellFailure);
  };

  const pin = () => act('retention.pin', { ids: choice.ids() }).then(choice.clear, tellFailure);

  const tooMany = (total ?? 0) > mostChosen;
  const narrowed = Object.keys(order.filter).length > 0;
  return (
    <>
      <PageHead title="Backups">
        {choice.count > 0 && (
          <>
            <Text size="sm" role="status">
              {formatCount(choice.count)} chosen
            </Text>
            <Button
              variant="default"
              leftSection={<IconShieldCheck size={16} aria-hidden />}
              disabled={choice.count > mostChosen}
              onClick={() => setVerifying(true)}
            >
              Verify {formatCount(choice.count)}…
            </Button>
            <Button variant="default" disabled={choice.count > mostChosen} onClick={() => pin()}>
              Pin {formatCount(choice.count)}
            </Button>
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              disabled={choice.count > mostChosen}
              onClick={() => setDeleting(true)}
            >
              Delete {formatCount(choice.count)}…
            </Button>
            <Button variant="subtle" onClick={choice.clear}>
              Choose none
            </Button>
          </>
        )}
        <Button
          variant="default"
          leftSection={<IconFileImport size={16} aria-hidden />}
          onClick={() => setImporting(true)}
        >
          Import a backup…
        </Button>
        <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => openBackUpNow(place.source)}>
          Back up now…
        </Button>
      </PageHead>
      <BackupFilters place={place} onChange={change} nameOf={nameOf} />
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {stale && (
        <Alert p="xs" mb="xs" color="blue" role="status">
          <Group gap="sm">
            <Text size="sm">The list has changed since it was loaded.</Text>
            <Button size="compact-sm" variant="default" onClick={again}>
              Load it again
            </Button>
          </Group>
        </Alert>
      )}
      {total === null && !failure && <Loading what="the backups" />}
      {total === 0 && !narrowed && (
        <EmptyState title="No backup yet" action={<Button onClick={() => openBackUpNow()}>Back up now…</Button>}>
          The first one shows how long it takes, and how big it is.
        </EmptyState>
      )}
      {total === 0 && narrowed && (
        <EmptyState
          title="No backup like this"
          action={
            <Button variant="default" onClick={() => goTo('/backups', { replace: true })}>
              Show all
            </Button>
          }
        >
          There are backups, but none that fits what the list is narrowed by.
        </EmptyState>
      )}
      {total !== null && total > 0 && (
        <>
          <Text size="xs" c="dimmed" mb={4} aria-live="polite">
            {formatCount(total)} {total === 1 ? 'backup' : 'backups'}
          </Text>
          <DataTable
            label="Backups"
            columns={columns}
            count={total}
            rowAt={rowAt}
            onOpen={onOpen}
            onSeen={want}
            order={search}
            leastWidth={926}
            sort={{ by: order.sort, descending: order.descending, onSort }}
            selection={{
              has: choice.has,
              allows: canVerify,
              toggle: choice.toggle,
              head: (
                <Checkbox
                  size="xs"
                  aria-label={tooMany ? 'Choose all: narrow the list to 1,000 or fewer first' : 'Choose all'}
                  title={tooMany ? 'Narrow the list to 1,000 or fewer to choose all of them' : 'Choose all'}
                  disabled={tooMany && choice.count === 0}
                  checked={choice.count > 0}
                  indeterminate={choice.count > 0 && choice.count < (total ?? 0)}
                  onChange={chooseAll}
                />
              ),
            }}
          />
        </>
      )}
      <ImportDialog opened={importing} onClose={() => setImporting(false)} />
      <DeleteDialog
        ids={choice.ids()}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onStarted={() => {
          setDeleting(false);
          choice.clear();
        }}
      />
      <VerifyDialog
        ids={choice.ids()}
        opened={verifying}
        onClose={() => setVerifying(false)}
        onStarted={() => {
          setVerifying(false);
          choice.clear();
        }}
      />
    </>
  );
}

/** `/backups?backup=shop` asks for the dialog of a new backup, from wherever one comes. */
function useDialogFromAddress(search: string): void {
  const source = new URLSearchParams(search).get('backup');
  useEffect(() => {
    if (source === null) return;
    openBackUpNow(source);
    goTo('/backups', { replace: true });
  }, [source]);
}
