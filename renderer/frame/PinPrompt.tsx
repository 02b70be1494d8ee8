import { Button, Group, Modal, NativeSelect, PasswordInput, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { pinSchema, type AccessState, type Person } from '../../shared/contract/access.ts';
import { reportFailure } from '../../shared/failure.ts';
import { sentence, usePinWait } from '../act.ts';
import { request } from '../bridge.ts';
import { useConsole } from '../stores/consoleStore.ts';

const lastPersonKey = 'strongroom.lastPerson';

/** Asks who is there and for the PIN, when an action waits for one; then the action goes on, or is given up. */
export function PinPrompt() {
  const wait = usePinWait((state) => state.wait);
  const people = useConsole(({ access }) => access?.people ?? none);
  return (
    <Modal
      opened={wait !== null}
      onClose={() => wait?.proceed(false)}
      // The library's own Escape would be heard by the dialog below as well, once this one is gone.
      closeOnEscape={false}
      onKeyDown={(event) => {
        if (event.key === 'Escape') wait?.proceed(false);
      }}
      title="Your PIN"
      zIndex={400}
      closeButtonProps={{ 'aria-label': 'Close without a PIN' }}
    >
      {wait && (
        <PinForm
          reason={wait.reason}
          people={people}
          onDone={(access) => {
            if (access) useConsole.setState({ access });
            wait.proceed(access !== null);
          }}
        />
      )}
    </Modal>
  );
}

const none: Person[] = [];

function PinForm({
  reason,
  people,
  onDone,
}: {
  reason: string;
  people: readonly Person[];
  onDone: (access: AccessState | null) => void;
}) {
  const [personId, setPersonId] = useState(() => firstPerson(people));
  const [pin, setPin] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = pinSchema.safeParse(pin);
    if (!typed.success) {
      setWrong(sentence(typed.error.issues[0]?.message ?? ''));
      return;
    }
    setAsking(true);
    setWrong(null);
    try {
      const access = await request('access.unlock', { personId, pin });
      localStorage.setItem(lastPersonKey, String(personId));
      onDone(access);
    } catch (error) {
      const { message, hint } = reportFailure(error);
      setWrong(`${sentence(message)}. ${hint}`);
      setPin('');
      setAsking(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <Text size="sm">{sentence(reason)}</Text>
        {people.length === 0 && <Text size="sm">Nobody has a PIN yet: an owner sets one under Settings, Access.</Text>}
        <NativeSelect
          label="Who are you?"
          value={personId}
          onChange={(event) => setPersonId(Number(event.currentTarget.value))}
          data={people.map(({ id, name, role }) => ({ value: String(id), label: `${name} (${role})` }))}
        />
        <PasswordInput
          label="PIN"
          data-autofocus
          autoComplete="off"
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
          error={wrong}
          visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed' }}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onDone(null)}>
            Not now
          </Button>
          <Button type="submit" loading={asking} disabled={people.length === 0}>
            Unlock
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whoever unlocked this window last, or else an owner: most of what asks for a PIN wants one. */
function firstPerson(people: readonly Person[]): number {
  const last = Number(localStorage.getItem(lastPersonKey));
  return (people.find(({ id }) => id === last) ?? people.find(({ role }) => role === 'owner') ?? people[0])?.id ?? 0;
}
