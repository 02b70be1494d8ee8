const tab = 9;
const newline = 10;

/** Which rows of a table are wanted: those that hold a value. */
export interface RowChoice {
  /** Place of the column, from 0. */
  field: number;
  /** As COPY writes it. */
  value: string;
}

/** Lets the wanted rows of one table pass while its COPY text does, cut anywhere. */
export class RowFilter {
  private readonly field: number;
  private readonly value: Buffer;
  private rest: Buffer = Buffer.alloc(0);

  constructor({ field, value }: RowChoice) {
    this.field = field;
    this.value = Buffer.from(value);
  }

  /** @returns the wanted rows that are whole by now; the caller's own bytes. */
  push(piece: Buffer): Buffer {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece;
    const kept: Buffer[] = [];
    let at = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, at)) {
      if (this.isWanted(bytes, at, end)) kept.push(bytes.subarray(at, end + 1));
      at = end + 1;
    }
    this.rest = Buffer.from(bytes.subarray(at));
    return Buffer.concat(kept);
  }

  private isWanted(bytes: Buffer, start: number, end: number): boolean {
    const { value } = this;
    let at = start;
    for (let left = this.field; left > 0; left--) {
      while (bytes[at] !== tab && at < end) at++;
      at++;
    }
    if (at > end) return false;
    for (let index = 0; index < value.length; index++, at++) if (bytes[at] !== value[index]) return false;
    return at === end || bytes[at] === tab;
  }
}
