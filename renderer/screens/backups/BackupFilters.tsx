import { Button, Checkbox, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { backupKinds, backupStatuses } from '../../../shared/backup.ts';
import { kindWords, statusMarks } from '../../components/backupWords.ts';
import { useAnswer } from '../../useAnswer.ts';
import type { NameOfTenant } from '../../useTenantNames.ts';
import type { ListPlace } from './place.ts';

/** What the list is narrowed by. */
export function BackupFilters({
  place,
  onChange,
  nameOf,
}: {
  place: ListPlace;
  onChange: (change: Partial<ListPlace>) => void;
  nameOf: NameOfTenant;
}) {
  const sources = useAnswer('sources.list', {}, ['sources']).value?.sources ?? [];
  const stores = useAnswer('stores.list', {}, ['stores']).value?.stores ?? [];
  const narrowed = [place.source, place.tenant, place.status, place.kind, place.store, place.from, place.until].some(
    Boolean,
  );
  const select = (field: keyof ListPlace, label: string, all: string, options: { value: string; label: string }[]) => (
    <NativeSelect
      size="xs"
      label={label}
      w={128}
      value={place[field]}
      onChange={(event) => onChange({ [field]: event.currentTarget.value })}
      data={[{ value: '', label: all }, ...withCurrent(options, place[field])]}
    />
  );
  const named = (names: readonly { name: string }[]) => names.map(({ name }) => ({ value: name, label: name }));
  return (
    <Group component="search" aria-label="Narrow the list" gap="xs" align="flex-end" mb="xs">
      {select('source', 'Database', 'All databases', named(sources))}
      {select(
        'status',
        'Status',
        'Any status',
        backupStatuses.map((status) => ({ value: status, label: statusMarks[status].word })),
      )}
      {select(
        'kind',
        'Kind',
        'All kinds',
        backupKinds.map((kind) => ({ value: kind, label: kindWords[kind] })),
      )}
      {select('store', 'Good copy in', 'Any store', named(stores))}
      <Group gap="xs" wrap="nowrap">
        <TextInput
          size="xs"
          w={124}
          type="date"
          label="From"
          value={place.from}
          max={place.until || undefined}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          w={124}
          type="date"
          label="To"
          value={place.until}
          min={place.from || undefined}
          onChange={(event) => onChange({ until: event.currentTarget.value })}
        />
      </Group>
      <Checkbox
        size="xs"
        pb={7}
        label="Also deleted"
        checked={place.deleted === 'yes'}
        onChange={(event) => onChange({ deleted: event.currentTarget.checked ? 'yes' : '' })}
      />
      {place.tenant !== '' && (
        <Text size="sm" lh="30px">
          Tenant: <bdi>{nameOf(place.source, place.tenant)}</bdi>
        </Text>
      )}
      {narrowed && (
        <Button
          size="xs"
          variant="default"
          onClick={() => onChange({ source: '', tenant: '', status: '', kind: '', store: '', from: '', until: '' })}
        >
          Show all
        </Button>
      )}
    </Group>
  );
}

/** A source that was removed may still be in the address, and its backups are still there. */
function withCurrent(options: { value: string; label: string }[], current: string) {
  if (current === '' || options.some(({ value }) => value === current)) return options;
  return [...options, { value: current, label: current }];
}
