import { Chip, Group, Input, NativeSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Rule } from '../../../shared/schedule.ts';
import { cronOf, readRule, weekdayNames, type SimpleRule } from './simpleRule.ts';

const choices = [
  { value: 'hour', label: 'every hour' },
  { value: 'day', label: 'every day' },
  { value: 'week', label: 'every week' },
  { value: 'month', label: 'every month' },
  { value: 'cron', label: 'otherwise (cron)' },
];

/** When something runs: by simple choices, or by a cron expression. */
export function RuleFields({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) {
  const [raw, setRaw] = useState(() => readRule(rule.cron) === null);
  const [simple, setSimple] = useState<SimpleRule>(() => readRule(rule.cron) ?? usual);
  const zones = useMemo(() => [...new Set([rule.zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])], [rule.zone]);
  const set = (more: Partial<SimpleRule>) => {
    const changed = { ...simple, ...more };
    setSimple(changed);
    setRaw(false);
    onChange({ ...rule, cron: cronOf(changed) });
  };
  const choose = (every: string) => {
    if (every === 'cron') setRaw(true);
    else set({ every: every as SimpleRule['every'] });
  };
  return (
    <>
      <Group gap="sm" align="flex-end">
        <NativeSelect
          label="It runs"
          data={choices}
          value={raw ? 'cron' : simple.every}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
          w={170}
        />
        {raw && (
          <TextInput
            label="Cron: minute, hour, day, month, weekday"
            ff="monospace"
            value={rule.cron}
            onChange={({ currentTarget }) => onChange({ ...rule, cron: currentTarget.value })}
            maxLength={200}
            flex={1}
            miw={220}
          />
        )}
        {!raw && simple.every === 'month' && (
          <NumberInput
            label="On day"
            value={simple.day}
            min={1}
            max={31}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(day) => typeof day === 'number' && set({ day })}
            w={90}
          />
        )}
        {!raw && simple.every === 'hour' && (
          <NumberInput
            label="At minute"
            value={Number(simple.time.slice(3))}
            min={0}
            max={59}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(minute) => typeof minute === 'number' && set({ time: `00:${String(minute).padStart(2, '0')}` })}
            w={110}
          />
        )}
        {!raw && simple.every !== 'hour' && (
          <TextInput
            label="At"
            type="time"
            value={simple.time}
            onChange={({ currentTarget }) => set({ time: currentTarget.value })}
            w={130}
          />
        )}
      </Group>
      {!raw && simple.every === 'week' && (
        <Input.Wrapper label="On" labelElement="div">
          <Chip.Group
            multiple
            value={simple.weekdays.map(String)}
            onChange={(days: string[]) => set({ weekdays: days.map(Number) })}
          >
            <Group gap={6} mt={4}>
              {weekOrder.map((day) => (
                <Chip key={day} value={String(day)} size="xs">
                  {weekdayNames[day]}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      <Select
        label="Time zone"
        data={zones}
        value={rule.zone}
        onChange={(zone) => zone !== null && onChange({ ...rule, zone })}
        searchable
        limit={60}
        allowDeselect={false}
        nothingFoundMessage="No zone has this name"
      />
    </>
  );
}

const usual: SimpleRule = { every: 'day', time: '02:00', weekdays: [0], day: 1 };
const weekOrder = [1, 2, 3, 4, 5, 6, 0] as const;
