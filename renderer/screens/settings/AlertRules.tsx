import { Button, Group, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { usualRules, type AlertRules as Rules } from '../../../shared/alertRules.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useAnswer } from '../../useAnswer.ts';

type Threshold = { [Name in keyof Rules]: Rules[Name] extends number ? Name : never }[keyof Rules];

const thresholds: readonly { name: Threshold; label: string; unit: string }[] = [
  { name: 'rpoHours', label: 'The newest good backup is older than', unit: ' h' },
  { name: 'sizePercent', label: 'A backup differs from the usual size by more than', unit: ' %' },
  { name: 'durationFactor', label: 'A backup takes longer than usual by a factor of', unit: ' ×' },
  { name: 'replicaHours', label: 'A good backup lacks a copy for more than', unit: ' h' },
  { name: 'storeFullPercent', label: 'A store is fuller than', unit: ' %' },
  { name: 'tenantDays', label: 'A tenant has no good backup of its own for', unit: ' days' },
  { name: 'proofDays', label: 'No restore was proven for', unit: ' days' },
  { name: 'clockSkewSeconds', label: 'Clocks differ by more than', unit: ' s' },
  { name: 'configurationDays', label: 'The configuration was not backed up for', unit: ' days' },
  { name: 'checkDays', label: 'No integrity check or clean-up has ended for', unit: ' days' },
  { name: 'hangHours', label: 'A job runs for longer than this, and is cancelled', unit: ' h' },
  { name: 'stallMinutes', label: 'A job stands still for', unit: ' min' },
];

const severities = [
  { name: 'CRITICAL', label: 'Critical: told again after' },
  { name: 'ERROR', label: 'Error: becomes critical after' },
  { name: 'WARNING', label: 'Warning: becomes an error after' },
] as const;

/** So that fields of a row stand beside each other whose labels are of different length. */
const atTheBottom = { root: { display: 'flex', flexDirection: 'column', justifyContent: 'flex-end' } } as const;

function minutes(count: number): string {
  return count >= 120 && count % 60 === 0 ? `${count} min, which are ${count / 60} h` : `${count} min`;
}

/** When something is an alert, and how long it may wait for somebody. */
export function AlertRules() {
  const { value, failure, again } = useAnswer('alerts.rules', {}, ['alerts']);
  if (!value) return failure ? <FailureNotice failure={failure} onRetry={again} /> : <Loading what="the rules" />;
  return <Form key={JSON.stringify(value)} rules={value} />;
}

function Form({ rules }: { rules: Rules }) {
  const [draft, setDraft] = useState(rules);
  const { busy, failure, attempt } = useAttempt();
  const save = async () => {
    if (await attempt(() => act('alerts.saveRules', draft)))
      notifications.show({ message: 'The rules of alerts were changed.' });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="md">
        <Text size="sm">Something is an alert as soon as:</Text>
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          {thresholds.map(({ name, label, unit }) => (
            <NumberInput
              key={name}
              styles={atTheBottom}
              label={label}
              suffix={unit}
              min={0}
              description={`usually ${usualRules[name]}${unit}`}
              value={draft[name]}
              onChange={(next) => typeof next === 'number' && setDraft({ ...draft, [name]: next })}
            />
          ))}
        </SimpleGrid>
        <Text size="sm">While nobody has acknowledged it (0 for never):</Text>
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          {severities.map(({ name, label }) => (
            <NumberInput
              key={name}
              styles={atTheBottom}
              label={label}
              suffix=" min"
              min={0}
              description={`usually ${minutes(usualRules.escalateMinutes[name])}`}
              value={draft.escalateMinutes[name]}
              onChange={(next) =>
                typeof next === 'number' &&
                setDraft({ ...draft, escalateMinutes: { ...draft.escalateMinutes, [name]: next } })
              }
            />
          ))}
          <NumberInput
            styles={atTheBottom}
            label="Critical: told again every"
            suffix=" min"
            min={0}
            description={`usually ${minutes(usualRules.remindMinutes)}`}
            value={draft.remindMinutes}
            onChange={(next) => typeof next === 'number' && setDraft({ ...draft, remindMinutes: next })}
          />
        </SimpleGrid>
        {failure && <FailureNotice failure={failure} />}
        <Text size="sm" c="dimmed">
          For single databases, the quota of a bucket, and one kind of job:{' '}
          <code>strongroom alerts set rpoHoursOf.NAME 4</code>,{' '}
          <code>strongroom alerts set quotaGigabytes.NAME 500</code>,{' '}
          <code>strongroom alerts set hangHoursOf.integrity 72</code>.
        </Text>
        <Group>
          <Button type="submit" loading={busy} disabled={JSON.stringify(draft) === JSON.stringify(rules)}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
