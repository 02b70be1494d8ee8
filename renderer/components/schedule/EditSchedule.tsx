import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { scheduledKindNames, type Rule } from '../../../shared/schedule.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../FailureNotice.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useAnswer } from '../../useAnswer.ts';
import { RuleFields } from './RuleFields.tsx';
import look from './Schedule.module.css';
import { ownZone, timeIn } from './zoneTime.ts';

/** Changes when a job runs by itself, with what that means before it is saved. */
export function EditSchedule({ schedule, onClose }: { schedule: ScheduleView; onClose: () => void }) {
  const { id, kind, source } = schedule;
  const [rule, setRule] = useState<Rule>({ cron: schedule.cron, zone: schedule.zone });
  // Who opens one that is off wants it on.
  const [enabled, setEnabled] = useState(true);
  const { busy, failure, attempt } = useAttempt();
  const save = async () => {
    if (await attempt(() => act('schedules.set', { id, ...rule, enabled }))) onClose();
  };
  return (
    <FormModal onClose={onClose} title={[scheduledKindNames[kind], source].filter(Boolean).join(' of ')} size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="sm">
          <Switch
            label="Runs by itself"
            checked={enabled}
            onChange={({ currentTarget }) => setEnabled(currentTarget.checked)}
          />
          {enabled && <RuleFields rule={rule} onChange={setRule} />}
          {enabled && <RulePreview rule={rule} />}
          {failure && <FailureNotice failure={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it as it is
            </Button>
            <Button type="submit" loading={busy}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </FormModal>
  );
}

/** A rule in plain words, and its next five runs. */
function RulePreview({ rule }: { rule: Rule }) {
  const { value, failure } = useAnswer('schedules.preview', rule, []);
  if (failure)
    return (
      <Text size="sm" c="red" role="alert">
        {failure.hint}
      </Text>
    );
  return (
    <div aria-live="polite" style={{ minHeight: 150 }}>
      {value && (
        <>
          <Text size="sm" fw={600}>
            {value.words}, {rule.zone}
          </Text>
          <Text size="sm">The next five runs{rule.zone === ownZone ? '' : `, there (and where you are)`}:</Text>
          <ol className={look.runs}>
            {value.next.map((at) => (
              <li key={at}>
                {timeIn(rule.zone, at)}
                {rule.zone !== ownZone && <span className={look.dim}> ({timeIn(ownZone, at)})</span>}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
