import { Button, Checkbox, Fieldset, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { StorePolicy } from '../../../shared/contract/retention.ts';
import {
  defaultPolicy,
  policySentence,
  retentionPolicySchema,
  type RetentionPolicy,
} from '../../../shared/retention.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { PlanPreview } from './PlanPreview.tsx';

const numbers = [
  ['keepLast', 'The last, so many'],
  ['keepDaily', 'One a day, so many days'],
  ['keepWeekly', 'One a week, so many weeks'],
  ['keepMonthly', 'One a month, so many months'],
  ['keepYearly', 'One a year, so many years'],
] as const;

/** Changes how long a store keeps backups, and shows meanwhile what would go by it and what would stay. */
export function PolicyModal({ of: { store, kind, policy }, onClose }: { of: StorePolicy; onClose: () => void }) {
  const [draft, setDraft] = useState<RetentionPolicy>(
    policy ?? defaultPolicy(kind, Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const { busy, failure, attempt } = useAttempt();
  const parsed = retentionPolicySchema.safeParse(draft);
  const errorOf = (field: keyof RetentionPolicy) =>
    parsed.error?.issues.find(({ path }) => path[0] === field)?.message ?? null;
  const [tried] = useDebouncedValue(parsed.data ?? null, 250);
  const change = (part: Partial<RetentionPolicy>) => setDraft((before) => ({ ...before, ...part }));
  const count = (value: number | string) => (typeof value === 'number' ? value : Number.NaN);
  const save = async () => {
    if (parsed.data && (await attempt(() => act('retention.setPolicy', { store, policy: parsed.data })))) onClose();
  };
  return (
    <FormModal onClose={onClose} title={`How long ${store} keeps backups`} size="xl">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <NumberInput
            label="Younger than, in days"
            min={1}
            max={36_500}
            value={draft.days ?? ''}
            disabled={draft.days === null}
            error={errorOf('days')}
            onChange={(value) => change({ days: count(value) })}
          />
          <NumberInput
            label="Verified ones, days longer"
            min={0}
            max={3650}
            value={draft.verifiedGraceDays}
            disabled={draft.days === null}
            error={errorOf('verifiedGraceDays')}
            onChange={(value) => change({ verifiedGraceDays: count(value) })}
          />
          <Checkbox
            mt={30}
            label="Everything, for ever"
            checked={draft.days === null}
            onChange={(event) =>
              change({ days: event.currentTarget.checked ? null : defaultPolicy(kind, draft.zone).days })
            }
          />
        </SimpleGrid>
        <Fieldset legend="And of what is older" disabled={draft.days === null}>
          <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
            {numbers.map(([field, label]) => (
              <NumberInput
                key={field}
                label={label}
                min={0}
                value={draft[field]}
                error={errorOf(field)}
                onChange={(value) => change({ [field]: count(value) })}
              />
            ))}
            <TextInput
              label="Days begin in the zone"
              value={draft.zone}
              error={errorOf('zone')}
              onChange={(event) => change({ zone: event.currentTarget.value })}
            />
          </SimpleGrid>
        </Fieldset>
        {parsed.data && (
          <Text size="sm">
            <strong>{store}</strong> {policySentence(parsed.data)}. Pinned ones, those in use, and the newest good one
            of each database and tenant always stay.
          </Text>
        )}
        {tried && <PlanPreview store={store} policy={tried} />}
        {failure && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Text size="xs" c="dimmed" mr="auto">
            Nothing is deleted before the next clean-up.
          </Text>
          <Button variant="default" onClick={onClose}>
            Leave it as it was
          </Button>
          <Button onClick={() => void save()} loading={busy} disabled={!parsed.success}>
            Save
          </Button>
        </Group>
      </Stack>
    </FormModal>
  );
}
