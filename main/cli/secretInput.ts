import { createInterface } from 'node:readline';
import { addAbortSignal, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Failure } from '../../shared/failure.ts';

/**
 * A secret from stdin (with its `--…-stdin` option) or from a prompt that shows nothing.
 * @returns null when neither is to be had, or nothing was typed.
 * @throws USAGE when stdin holds none, CANCELLED
 */
export async function readSecret(fromStdin: boolean, question: string, signal: AbortSignal): Promise<string | null> {
  if (fromStdin) {
    const secret = (await text(addAbortSignal(signal, process.stdin))).replace(/\r?\n$/, '');
    if (secret === '')
      throw new Failure(
        'USAGE',
        'stdin holds no secret',
        'Pipe it in: printf %s "$SECRET" | strongroom … --password-stdin.',
      );
    return secret;
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    const typed = await new Promise<string>((resolve, reject) => {
      lines.question('', resolve);
      lines.once('SIGINT', () => reject(new DOMException('cancelled', 'AbortError')));
    });
    return typed === '' ? null : typed;
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
