/** Smaller memory may be the one that Node cuts its small buffers from. */
const sharedBytes = 64 * 1024;

/**
 * Gives the memory of a piece of a stream back at once, when nobody looks at it or what came before it any more; it is
 * empty afterwards. Left to the garbage collector, every few megabytes of a stream cost a round over everything: in a
 * restore that was a quarter of our own work. A decoder fills one memory with several pieces: the last of them gives it back.
 */
export function freeBytes({ buffer, byteOffset, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || byteOffset + byteLength < buffer.byteLength) return;
  if (byteOffset === 0 || buffer.byteLength > sharedBytes) buffer.transfer(0);
}

/** Hands pieces on and frees each when the next one is asked for. Only for pieces that their maker never uses again. */
export async function* freeing<T extends Uint8Array>(source: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const piece of source) {
    yield piece;
    freeBytes(piece);
  }
}
