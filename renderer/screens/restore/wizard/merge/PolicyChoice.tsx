import { Radio, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { Draft } from '../draft.ts';
import { policies, policyWords } from './policyWords.ts';

/** What happens to rows that are live already, for all tables at once; the next step shows each table. */
export function PolicyChoice({ form, ofOne }: { form: UseFormReturnType<Draft>; ofOne: boolean }) {
  const kept = Object.keys(form.values.tablePolicies);
  return (
    <Stack gap="xs" ml={30}>
      <Radio.Group
        label={`What shall become of rows ${ofOne ? 'of this tenant ' : ''}that are there?`}
        {...form.getInputProps('policy')}
      >
        <Stack gap="xs" mt={4}>
          {policies.map((policy) => (
            <Radio
              key={policy}
              value={policy}
              label={policyWords[policy].name}
              description={policyWords[policy].sentence}
            />
          ))}
        </Stack>
      </Radio.Group>
      {kept.length > 0 && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          Of {kept.join(', ')} only missing rows are put back, because {kept.length === 1 ? 'it tells' : 'they tell'}{' '}
          what has happened. The next step lets you choose otherwise for each table.
        </Text>
      )}
    </Stack>
  );
}
