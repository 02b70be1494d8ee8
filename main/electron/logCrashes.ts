import { app } from 'electron';
import type { Log } from '../logs/log.ts';

/**
 * Writes into the log whatever fails without anybody waiting for it. What this process did not expect ends it: its
 * state may be half-changed, and the next start brings everything unfinished to an end.
 * @param end told before the end, to say so to the person.
 */
export function logCrashes(log: Log, end: (error: unknown) => void): void {
  process.on('warning', (warning) => log.warn('a warning', warning));
  process.on('uncaughtException', (error) => {
    log.error('something failed that nobody had expected', error);
    end(error);
  });
  process.on('unhandledRejection', (reason) => log.error('something failed, and nobody was waiting for it', reason));
  app.on('render-process-gone', (_event, contents, { reason, exitCode }) =>
    log.error(`the process of the page ${contents.getURL()} ended: ${reason} ${exitCode}`),
  );
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log.error(`a process of kind ${type} ended: ${reason} ${exitCode}`),
  );
}
