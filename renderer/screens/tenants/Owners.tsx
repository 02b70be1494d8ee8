import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { SourceView } from '../../../shared/contract/sources.ts';
import type { OwnerDoubt } from '../../../shared/tenant.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Section } from '../../components/Section.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';

interface OwnersProps {
  source: SourceView;
  doubts: readonly OwnerDoubt[];
  onSaid: () => void;
}

/** Tables of which columns, foreign keys and policies do not tell whose a row is: somebody who knows the shop does. */
export function Owners({ source, doubts, onSaid }: OwnersProps) {
  const said = Object.entries(source.tenants?.owners ?? {});
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const { busy, failure, attempt } = useAttempt();
  const say = async (owners: Record<string, string>) => {
    if (!(await attempt(() => act('tenants.sayOwners', { source: source.name, owners })))) return;
    setChosen({});
    onSaid();
  };
  const open = doubts.filter(({ columns }) => columns.length > 0);
  if (open.length === 0 && said.length === 0) return null;
  return (
    <Section title="Whose the rows are">
      <Stack gap="xs">
        {open.length > 0 && (
          <>
            <Text size="sm">
              Of these tables more than one column may tell the tenant. Until somebody says which one does, a merge
              refuses what it would have to guess. Only an owner may say it.
            </Text>
            {open.map(({ table, columns }) => (
              <NativeSelect
                key={table}
                label={<code style={{ overflowWrap: 'anywhere' }}>{table}</code>}
                maw={420}
                data={[{ value: '', label: 'Nobody has said' }, ...columns]}
                value={chosen[table] ?? ''}
                onChange={({ currentTarget }) => setChosen({ ...chosen, [table]: currentTarget.value })}
              />
            ))}
            <Group>
              <Button
                onClick={() => void say(chosen)}
                loading={busy}
                disabled={Object.values(chosen).every((column) => column === '')}
              >
                Keep what was said
              </Button>
            </Group>
          </>
        )}
        {said.map(([table, column]) => (
          <Group key={table} gap="xs">
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              Said: the rows of <code>{table}</code> are told by <code>{column}</code>.
            </Text>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Forget what was said of ${table}`}
              disabled={busy}
              onClick={() => void say({ [table]: '' })}
            >
              Forget it
            </Button>
          </Group>
        ))}
        {failure && <FailureNotice failure={failure} />}
      </Stack>
    </Section>
  );
}
