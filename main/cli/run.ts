import type { Command } from 'commander';
import { failureExits, reportFailure, type FailureReport } from '../../shared/failure.ts';
import { openConsole } from '../console.ts';
import type { Console } from '../console/console.ts';
import { homeAt, type Home } from '../console/home.ts';
import type { JobWatcher } from '../jobs/jobRunner.ts';
import { progressWatcher, type ProgressStyle } from './progress.ts';

export interface GlobalOptions {
  home?: string;
  json?: boolean;
  progress?: ProgressStyle;
}

/** What every verb gets beside its own arguments. */
export interface Verb {
  home: Home;
  signal: AbortSignal;
  watcher: JobWatcher;
}

/** What asks a program to end: Ctrl-C, the system, and a terminal that is closed. */
export const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs one verb from its options to its exit status: exactly one JSON document on stdout with `--json`, words for a
 * person without; everything else on stderr.
 *
 * @param print writes the answer for a person.
 * @param exitOf the exit status that an answer stands for, 0 unless said otherwise.
 */
export async function runVerb<Answer>(
  command: Command,
  work: (verb: Verb) => Promise<Answer>,
  print: (answer: Answer) => string,
  exitOf: (answer: Answer) => number = () => 0,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const cancel = new AbortController();
  const onSignal = () => {
    if (!cancel.signal.aborted) process.stderr.write('\ncancelling, and cleaning up …\n');
    cancel.abort();
  };
  for (const signal of endings) process.on(signal, onSignal);
  const watcher = progressWatcher(options.progress ?? (process.stderr.isTTY ? 'bar' : 'none'));
  try {
    const answer = await work({ home: homeAt(options.home), signal: cancel.signal, watcher });
    watcher.end();
    process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : `${print(answer)}\n`);
    process.exitCode = exitOf(answer);
  } catch (error) {
    watcher.end();
    tellFailure(reportFailure(error), options.json ?? false);
  } finally {
    for (const signal of endings) process.off(signal, onSignal);
  }
}

/** Opens the console for a verb and closes it after. */
export async function withConsole<T>(
  verb: Verb,
  owner: boolean,
  work: (console: Console) => Promise<T> | T,
): Promise<T> {
  const console = await openConsole(verb.home, { owner, signal: verb.signal });
  try {
    return await work(console);
  } catch (error) {
    throw console.explain(error);
  } finally {
    if (owner && !verb.signal.aborted) await tellWaiting(console, verb.signal);
    console.close();
  }
}

/** Nobody else delivers while this verb owns the state folder. What cannot be delivered now waits for the next one. */
async function tellWaiting(console: Console, signal: AbortSignal): Promise<void> {
  try {
    if (console.outbox.counts().size === 0) return;
    const { deliverOnce } = await import('../console/deliveries.ts');
    await deliverOnce(console, signal);
  } catch (error) {
    // The verb's own outcome counts, and is told after this.
    process.emitWarning(`what waits for the channels was not delivered: ${reportFailure(error).message}`);
  }
}

export function tellFailure(failure: FailureReport, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
  else
    process.stderr.write(
      [
        `error: ${failure.message} [${failure.code}]`,
        `hint: ${failure.hint}`,
        ...detailLines(failure.details),
        '',
      ].join('\n'),
    );
  process.exitCode = failureExits[failure.code];
}

const linesPerDetail = 12;

/** The details of a failure for a person: a line for each value, the end of what is long. */
function detailLines(details: Record<string, unknown>): string[] {
  return Object.entries(details).flatMap(([name, value]) => {
    const lines = (typeof value === 'string' ? value.trimEnd().split('\n') : [value].flat().map(shown)).filter(Boolean);
    const last = lines.slice(-linesPerDetail);
    if (last.length <= 1) return last.map((line) => `  ${name}: ${line}`);
    return [`  ${name}:${last.length < lines.length ? ' …' : ''}`, ...last.map((line) => `    ${line}`)];
  });
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
