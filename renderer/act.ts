import { notifications } from '@mantine/notifications';
import { create } from 'zustand';
import type { Answer, Ask, RequestName } from '../shared/contract/contract.ts';
import { Failure, reportFailure } from '../shared/failure.ts';
import { request } from './bridge.ts';

/** An action that waits for a PIN: the prompt is shown while there is one. */
interface PinWait {
  /** What the console said: who may do this. */
  reason: string;
  /** Goes on with the action once the PIN was right; `false` gives it up. */
  proceed: (unlocked: boolean) => void;
}

export const usePinWait = create<{ wait: PinWait | null }>(() => ({ wait: null }));

/**
 * Does something that a person has asked for. Where the console wants a PIN first, the person is asked for it, and the
 * action goes on by itself.
 * @throws Failure, CANCELLED when the PIN was not given.
 */
export async function act<Name extends RequestName>(name: Name, ask: Ask<Name>): Promise<Answer<Name>> {
  try {
    return await request(name, ask);
  } catch (error) {
    if (!(error instanceof Failure) || !['PIN_NEEDED', 'ROLE_NEEDED'].includes(error.code)) throw error;
    const unlocked = await new Promise<boolean>((proceed) =>
      usePinWait.setState({ wait: { reason: error.message, proceed } }),
    );
    usePinWait.setState({ wait: null });
    if (!unlocked) throw new Failure('CANCELLED', 'not done', 'Nothing was changed.', { cause: error });
    return request(name, ask);
  }
}

/** Shows why something that was asked for could not be done, where no place on the screen is nearer. */
export function tellFailure(error: unknown): void {
  const failure = reportFailure(error);
  if (failure.code === 'CANCELLED') return;
  notifications.show({ color: 'red', title: sentence(failure.message), message: failure.hint, autoClose: 15_000 });
}

/** A failure's sentence begins in lower case, because it may stand behind a code. */
export function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
