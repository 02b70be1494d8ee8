import { Text } from '@mantine/core';
import { sentence } from '../../act.ts';
import { Facts } from '../../components/Facts.tsx';
import { Section } from '../../components/Section.tsx';
import { useAnswer } from '../../useAnswer.ts';

/** Why each copy of a backup is kept, and until when. */
export function Kept({ id }: { id: string }) {
  const { value } = useAnswer('retention.fate', { id }, ['backups', 'stores']);
  if (!value || value.copies.length === 0) return null;
  return (
    <Section title="How long it is kept">
      <Facts
        rows={value.copies.map(({ store, goes, reason }) => [
          store,
          goes ? (
            <Text key={store} size="sm" component="span">
              Goes at the next clean-up: {reason}
            </Text>
          ) : (
            sentence(reason)
          ),
        ])}
      />
    </Section>
  );
}
