import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '../../shared/failure.ts';
import type { Connection } from '../../shared/source.ts';
import { settingOptions } from './sessionSettings.ts';
import { toolFailure } from './toolFailure.ts';

/** One run of a PostgreSQL client program. */
export interface ToolCall {
  /** Absolute path of the program. */
  path: string;
  args: readonly string[];
  connection?: Connection;
  /** A 0600 password file in libpq's format. */
  passfile?: string;
  /** Run-time settings for the session, as `name: value`. */
  settings?: Record<string, string>;
  signal?: AbortSignal;
}

export interface RunningTool {
  stdin: Writable;
  /** Begin to read it before you await anything: what nobody reads when the program ends, Node throws away. */
  stdout: Readable;
  /** Ends the program and everything it started. */
  kill(): void;
  /**
   * Waits for the end.
   * @param accept says whether an exit status other than 0 is a success after all; asked only when it sees every word.
   * @throws CANCELLED, or what the program complained of (SOURCE_…, TOOL_FAILED …).
   */
  finished(accept?: (status: number, stderr: string) => boolean): Promise<{ status: number; stderr: string }>;
  /**
   * Asks a program to end that has told enough, and waits for it: that it ends by this is no failure.
   * @throws as `finished` does, when it has ended by itself with another status than 0.
   */
  stopped(): Promise<void>;
}

/** Of what a program says, the end is what explains its failure. */
const stderrLimit = 256 * 1024;

/**
 * Starts a client program; the only place that does.
 *
 * It gets a clean environment without any password; messages are in English so that they can be told apart.
 */
export function startTool(call: ToolCall): RunningTool {
  const child: ChildProcess = spawn(call.path, call.args, {
    env: toolEnvironment(call),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('a child without pipes');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-stderrLimit);
  });
  // A program that ends early closes its stdin; its exit status and its words tell why, not this pipe.
  stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') said += `\n${error.message}`;
  });
  const kill = () => signalGroup(child, 'SIGKILL');
  call.signal?.addEventListener('abort', kill, { once: true });
  if (call.signal?.aborted) kill();

  const ended = new Promise<{ status: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  ended.catch(() => undefined); // looked at in finished(), which may be called later
  const finished: RunningTool['finished'] = async (accept) => {
    const { status, signal } = await ended.catch((error: unknown) => {
      throw new Failure(
        'TOOL_MISSING',
        `${basename(call.path)} could not be started`,
        'Install the PostgreSQL client programs, or name their folder with `source add … --tools DIR`.',
        { cause: error, details: { path: call.path } },
      );
    });
    call.signal?.removeEventListener('abort', kill);
    if (call.signal?.aborted)
      throw new Failure('CANCELLED', 'cancelled', 'Nothing was left half-made; start it again when you are ready.');
    if (status !== null && (status === 0 || (said.length < stderrLimit && accept?.(status, said))))
      return { status, stderr: said };
    throw toolFailure(basename(call.path), call.args, { status, signal, stderr: said });
  };
  const stopped = async () => {
    signalGroup(child, 'SIGTERM');
    stdout.destroy(); // only now: a pipe that breaks would be another end
    // One that ends by itself when it is asked to (as pg_dump) says no more than that.
    const asked = (_: number, words: string) => /^\S+: terminated by user\s*$/.test(words);
    const { signal } = await ended;
    if (signal !== 'SIGTERM' || call.signal?.aborted) await finished(asked);
    else call.signal?.removeEventListener('abort', kill);
  };
  return { stdin, stdout, kill, finished, stopped };
}

/** Runs a program to its end and returns what it printed. @throws as `finished` does */
export async function runTool(call: ToolCall): Promise<string> {
  const tool = startTool(call);
  tool.stdin.end();
  let printed = '';
  tool.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await tool.finished();
  return printed;
}

function toolEnvironment({ connection, passfile, settings }: ToolCall): NodeJS.ProcessEnv {
  const { PATH, HOME, SYSTEMROOT, TEMP, TMP, USERPROFILE, APPDATA, LD_LIBRARY_PATH } = process.env;
  const env: NodeJS.ProcessEnv = { PATH, HOME, SYSTEMROOT, TEMP, TMP, USERPROFILE, APPDATA, LD_LIBRARY_PATH };
  env.LC_ALL = 'C';
  env.PGAPPNAME = 'strongroom';
  env.PGCONNECT_TIMEOUT = '15';
  if (connection) {
    env.PGHOST = connection.host;
    env.PGPORT = String(connection.port);
    env.PGUSER = connection.user;
    env.PGDATABASE = connection.database;
    env.PGSSLMODE = connection.sslmode;
  }
  env.PGPASSFILE = passfile ?? process.env.PGPASSFILE;
  if (settings) env.PGOPTIONS = settingOptions(settings);
  return env;
}

function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
