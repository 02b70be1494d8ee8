import { copyText } from '../postgres/copyText.ts';

const tab = 9;
const newline = 10;
/** Bytes of a key lead from state to state; no key goes on from this one. */
const lost = 0;
const start = 1;
const none = -1;

/**
 * Finds out whose a row is by the first field of its COPY text, byte by byte as it comes: no text is made of a row, and
 * a field that is cut in two goes on where it ended.
 */
export class TenantKeys {
  private next = new Int32Array(2 * 256);
  private readonly owners: number[] = [none, none];
  private state = start;

  /** @param keys the ids; a row is told by the place of its own among them. */
  constructor(keys: readonly string[]) {
    for (const [index, key] of keys.entries()) this.add(Buffer.from(copyText(key)), index);
  }

  /**
   * Reads on in a first field.
   * @returns where it ends (the tab, or the line feed of a row that has no other field); `until` when it goes on.
   */
  read(bytes: Buffer, from: number, until: number): number {
    const { next } = this;
    let { state } = this;
    let at = from;
    for (; at < until; at++) {
      const byte = bytes[at]!;
      if (byte === tab || byte === newline) break;
      state = next[(state << 8) | byte]!;
    }
    this.state = state;
    return at;
  }

  /** Whose the field was that has just ended, -1 for nobody's; the next one begins. */
  owner(): number {
    const owner = this.owners[this.state]!;
    this.state = start;
    return owner;
  }

  private add(key: Buffer, index: number): void {
    let state = start;
    for (const byte of key) {
      const place = (state << 8) | byte;
      state = this.next[place]!;
      if (state !== lost) continue;
      state = this.addState();
      this.next[place] = state;
    }
    this.owners[state] = index;
  }

  private addState(): number {
    const state = this.owners.push(none) - 1;
    if (this.next.length <= state << 8) {
      const larger = new Int32Array(this.next.length * 2);
      larger.set(this.next);
      this.next = larger;
    }
    return state;
  }
}
