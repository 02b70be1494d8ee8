import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What a run of the command line came to. */
export interface CliRun {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The one JSON document on stdout; null where there is none. */
  json: unknown;
}

export interface CliOptions {
  home: string;
  /** Null: nothing comes, and it stays open. */
  stdin?: string | null;
  env?: Record<string, string>;
  /** Called with what the program has said on stdout so far. */
  onStdout?: (said: string) => void;
  /** Called with what the program has said on stderr so far; may send it a signal. */
  onStderr?: (said: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** The command line while it runs. */
export interface RunningCli {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<CliRun>;
}

const launcher = join(import.meta.dirname, '../../bin/strongroom.mjs');

/** Starts the real, built command line with `--json` on a state folder. */
export function start(options: CliOptions, ...args: string[]): RunningCli {
  // Playwright asks for colours; where somebody wants none, Node would say on stderr which of the two it heeds.
  const { FORCE_COLOR: _, ...environment } = process.env;
  const child = spawn(process.execPath, [launcher, ...args, '--json', '--home', options.home], {
    env: { ...environment, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onStdout?.(stdout);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, (signal) => child.kill(signal));
  });
  if (options.stdin !== null) child.stdin.end(options.stdin ?? '');
  const ended = new Promise<CliRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr, json: parsed(stdout) }));
  });
  return { pid: child.pid ?? 0, kill: (signal) => child.kill(signal), ended };
}

/** Runs the real, built command line to its end. */
export function strongroom(options: CliOptions, ...args: string[]): Promise<CliRun> {
  return start(options, ...args).ended;
}

/** Like `strongroom`, for what has to succeed; returns its answer. */
export async function succeed<Answer>(options: CliOptions, ...args: string[]): Promise<Answer> {
  const run = await strongroom(options, ...args);
  if (run.status !== 0)
    throw new Error(`strongroom ${args.join(' ')} ended with ${run.status}\n${run.stdout}${run.stderr}`);
  return run.json as Answer;
}

/** Like `strongroom`, for what has to fail; returns the failure and the exit status. */
export async function refused(
  options: CliOptions,
  ...args: string[]
): Promise<{ code: string; message: string; hint: string; details: Record<string, unknown>; status: number | null }> {
  const run = await strongroom(options, ...args);
  const answer = run.json as {
    error?: { code: string; message: string; hint: string; details: Record<string, unknown> };
  } | null;
  if (!answer?.error)
    throw new Error(`strongroom ${args.join(' ')} did not fail: ${run.status}\n${run.stdout}${run.stderr}`);
  return { ...answer.error, status: run.status };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a killed or failed program may have printed nothing; the caller sees the text
  }
}
