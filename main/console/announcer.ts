import type { EventName, EventValue } from '../../shared/contract/contract.ts';

type Listener = <Name extends EventName>(name: Name, value: EventValue<Name>) => void;

/** Tells every open window what has happened. It steers nothing: whoever is told only shows it. */
export class Announcer {
  private readonly listeners = new Set<Listener>();

  tell<Name extends EventName>(name: Name, value: EventValue<Name>): void {
    for (const listener of this.listeners) listener(name, value);
  }

  /** @returns what ends it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
