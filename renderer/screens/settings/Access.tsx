import { Button, Group, List, Modal, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Person } from '../../../shared/contract/access.ts';
import { roles } from '../../../shared/contract/define.ts';
import { act } from '../../act.ts';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { ConfirmModal } from '../../forms/ConfirmModal.tsx';
import { PersonForm, roleWords } from '../../forms/PersonForm.tsx';
import { useConsole } from '../../stores/consoleStore.ts';
import { ChangePin } from './ChangePin.tsx';
import { IdleLock } from './IdleLock.tsx';

/** Who may do what here: people with their PINs, and when the console locks itself. */
export function Access() {
  const access = useConsole((mirror) => mirror.access);
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Person | null>(null);
  if (!access) return <Loading what="who may do what" />;
  const { people, person, role, idleLockMinutes } = access;
  const alone = people.length === 0;
  return (
    <Stack gap="md">
      <List size="sm" spacing={2}>
        {roles.map((name) => (
          <List.Item key={name}>
            <strong>{roleWords[name].name}</strong> {roleWords[name].may}.
          </List.Item>
        ))}
      </List>
      {alone ? (
        <Section title="Set a PIN">
          <Stack gap="sm">
            <StateMark tone="warning" word="No PIN: everybody at this machine is an owner" />
            <Text size="sm">
              The first person is an owner. From then on this console only shows things until somebody gives a PIN; what
              destroys or replaces something asks for it again.
            </Text>
            <PersonForm first onAdded={() => undefined} />
          </Stack>
        </Section>
      ) : (
        <>
          <Section
            title="People"
            aside={
              <Button size="compact-sm" onClick={() => setAdding(true)}>
                Add a person
              </Button>
            }
          >
            <Text size="sm" mb="xs">
              {person
                ? `${person.name} has unlocked this window, as ${role}.`
                : 'This window is locked: it only shows.'}
            </Text>
            <PeopleTable people={people} onRemove={setLeaving} />
          </Section>
          {person && (
            <Section title={`Your PIN, ${person.name}`}>
              <ChangePin />
            </Section>
          )}
          <Section title="Locking">
            <IdleLock key={idleLockMinutes} minutes={idleLockMinutes} />
          </Section>
        </>
      )}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title="Add a person"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <PersonForm first={false} onAdded={() => setAdding(false)} />
      </Modal>
      <ConfirmModal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove ${leaving?.name ?? ''}?`}
        action={`Remove ${leaving?.name ?? ''}`}
        work={async () => {
          if (leaving) await act('access.removePerson', { personId: leaving.id });
        }}
      >
        <Text size="sm">
          <strong>Lost:</strong> the PIN of {leaving?.name}, and what it allowed.
          {people.length === 1 && ' Nobody has a PIN then, and everybody at this machine is an owner again.'}
        </Text>
        <Text size="sm">
          <strong>Stays:</strong> what {leaving?.name} did, in the audit log.
        </Text>
      </ConfirmModal>
    </Stack>
  );
}

function PeopleTable({ people, onRemove }: { people: Person[]; onRemove: (person: Person) => void }) {
  return (
    <Table aria-label="People" verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th ta="right">Actions</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {people.map((somebody) => (
          <Table.Tr key={somebody.id}>
            <Table.Th scope="row">{somebody.name}</Table.Th>
            <Table.Td>{roleWords[somebody.role].name}</Table.Td>
            <Table.Td>
              <Group justify="flex-end">
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  onClick={() => onRemove(somebody)}
                  aria-label={`Remove ${somebody.name}`}
                >
                  Remove
                </Button>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
