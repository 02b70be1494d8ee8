import { app, dialog } from 'electron';
import { reportFailure } from '../../shared/failure.ts';
import type { Log } from '../logs/log.ts';

/** An app that fails earlier than this would only fail again. */
const longEnoughMs = 60_000;

/** Runs the rest of the start once Electron is ready. It is not waited for: Electron is ready only after this file. */
export function whenReady(work: () => Promise<void>, log: Log): void {
  app
    .whenReady()
    .then(work)
    .catch((error: unknown) => {
      log.error('the app could not be opened', error);
      tellAndEnd(error);
    });
}

/** Another app is on this state folder already; it shows itself instead. */
export function giveWay(): void {
  app.exit(0);
}

/** After a failure that nobody expected: starts anew, and brings unfinished jobs to an end; else says why not. */
export function startAnew(error: unknown): void {
  if (process.uptime() * 1000 < longEnoughMs) {
    tellAndEnd(error);
    return;
  }
  app.relaunch();
  app.exit(1);
}

function tellAndEnd(error: unknown): void {
  const { message, hint } = reportFailure(error);
  dialog.showErrorBox(
    'Strongroom cannot be opened',
    `${message.charAt(0).toUpperCase()}${message.slice(1)}.\n\n${hint}`,
  );
  app.exit(1);
}
