import { Button, Group, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import type { ReadForecast } from '../../../shared/integrity.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';

const gigabyte = 1e9;
const daysInMonth = 30;

/** How soon all of a store is read to its end, and how much may be fetched for that. */
export function ReadLimitsModal({ of: plan, onClose }: { of: ReadForecast; onClose: () => void }) {
  const { store, limits, totalBytes } = plan;
  const [days, setDays] = useState<number | string>(limits.days);
  const [perDay, setPerDay] = useState<number | string>(inGigabytes(limits.bytesPerDay));
  const [perMonth, setPerMonth] = useState<number | string>(inGigabytes(limits.bytesPerMonth));
  const { busy, failure, attempt } = useAttempt();
  const asked = { days: Number(days), bytesPerDay: inBytes(perDay), bytesPerMonth: inBytes(perMonth) };
  const valid = Number.isInteger(asked.days) && asked.days >= 1 && asked.days <= 366;
  const needed = totalBytes / asked.days;
  const allowed = Math.min(asked.bytesPerDay ?? Infinity, (asked.bytesPerMonth ?? Infinity) / daysInMonth);
  const save = async () => {
    if (await attempt(() => act('integrity.limit', { store, ...asked }))) onClose();
  };
  return (
    <FormModal onClose={onClose} title={`How much of ${store} is read`} size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) void save();
        }}
      >
        <Stack gap="sm">
          <Text size="sm">
            A copy is known to be good only once it was read to its end. Reading from a cloud may cost money: what a
            limit does not let through today is read later.
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
            <NumberInput
              label="All is read within"
              suffix=" days"
              min={1}
              max={366}
              allowDecimal={false}
              value={days}
              error={valid ? null : 'From 1 to 366 days'}
              onChange={setDays}
            />
            <NumberInput
              label="At most in a day"
              placeholder="no limit"
              suffix=" GB"
              min={0}
              value={perDay}
              onChange={setPerDay}
            />
            <NumberInput
              label="At most in a month"
              placeholder="no limit"
              suffix=" GB"
              min={0}
              value={perMonth}
              onChange={setPerMonth}
            />
          </SimpleGrid>
          {valid && (
            <Group gap="xs" role="status">
              <StateMark
                tone={needed <= allowed ? 'good' : 'warning'}
                word={needed <= allowed ? 'Enough' : 'Too little to be read in time'}
              />
              <Text size="sm">
                {formatBytes(totalBytes)} lie there: {formatBytes(needed)} a day have to be read
                {allowed === Infinity ? '' : `, ${formatBytes(allowed)} are allowed`}.
              </Text>
            </Group>
          )}
          {failure && <FailureNotice failure={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it as it was
            </Button>
            <Button type="submit" loading={busy} disabled={!valid}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </FormModal>
  );
}

function inGigabytes(bytes: number | null): number | string {
  return bytes === null ? '' : bytes / gigabyte;
}

/** An empty field, and nothing at all, stand for no limit. */
function inBytes(gigabytes: number | string): number | null {
  return typeof gigabytes === 'number' && gigabytes > 0 ? Math.max(1, Math.round(gigabytes * gigabyte)) : null;
}
