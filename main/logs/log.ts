import electronLog from 'electron-log/node';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';

/** A log of what happened around the jobs; what a job did is in the state database. */
export interface Log {
  info(sentence: string): void;
  warn(sentence: string, error?: unknown): void;
  error(sentence: string, error?: unknown): void;
  /** The newest file of it. */
  readonly path: string;
}

/** What is kept of a log: this much in each file, and so many older files. */
export const keptLog = { bytes: 1_000_000, olderFiles: 5 };

/**
 * Opens the log `NAME.log` in a folder. Every line is on its way to the disk before the call returns, so that a crash
 * loses none; a full file becomes `NAME.1.log`, and so on.
 */
export function openLog(folder: string, name: string): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.log`);
  const logger = electronLog.create({ logId: path });
  logger.transports.file.resolvePathFn = () => path;
  logger.transports.file.maxSize = keptLog.bytes;
  logger.transports.file.archiveLogFn = () => shiftFiles(folder, name);
  logger.transports.file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  logger.transports.file.format = '{iso} {level} {text}';
  // Standard output belongs to whoever started the program.
  logger.transports.console.level = false;
  return {
    path,
    info: (sentence) => logger.info(sentence),
    warn: (sentence, error) => logger.warn(sentence + reasonOf(error)),
    error: (sentence, error) => logger.error(sentence + reasonOf(error)),
  };
}

/** The code and sentence of an expected failure, the stack of any other. Details stay out: they may name rows. */
function reasonOf(error: unknown): string {
  if (error === undefined) return '';
  if (error instanceof Failure) return `: ${error.code} ${error.message}`;
  return `: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function shiftFiles(folder: string, name: string): void {
  const numbered = (number: number) => join(folder, number === 0 ? `${name}.log` : `${name}.${number}.log`);
  rmSync(numbered(keptLog.olderFiles), { force: true });
  for (let number = keptLog.olderFiles - 1; number >= 0; number--)
    if (existsSync(numbered(number))) renameSync(numbered(number), numbered(number + 1));
}
