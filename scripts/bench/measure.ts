import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';

export interface MeasuredRun {
  seconds: number;
  /** Most memory (resident, shared libraries included) of the process itself, without its children. */
  peakBytes: number;
  stdout: string;
  /** Seconds from the start to each line of stderr. */
  lines: { text: string; seconds: number }[];
}

export interface Command {
  program: string;
  args: readonly string[];
  env?: Record<string, string>;
  stdin?: string;
  /** `keep` gives it back, `drop` sends it to /dev/null without a pipe. */
  stdout?: 'keep' | 'drop';
}

const peakIntervalMs = 20;

/** Runs a program to its end and measures it; what it starts belongs to its group and ends with `signal`. */
export async function measured(command: Command, signal: AbortSignal): Promise<MeasuredRun> {
  signal.throwIfAborted();
  const nothing = openSync(devNull, 'w');
  const begun = performance.now();
  const child = spawn(command.program, command.args, {
    env: { ...process.env, ...command.env },
    stdio: ['pipe', command.stdout === 'drop' ? nothing : 'pipe', 'pipe'],
    detached: true,
  });
  closeSync(nothing);
  const since = () => (performance.now() - begun) / 1000;
  const end = () => endGroup(child.pid);
  signal.addEventListener('abort', end, { once: true });

  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, peakIntervalMs);
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const lines: MeasuredRun['lines'] = [];
  let partial = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const texts = (partial + text).split('\n');
    partial = texts.pop() ?? '';
    const seconds = since();
    for (const line of texts) lines.push({ text: line, seconds });
  });
  child.stdin?.end(command.stdin ?? '');
  try {
    let seconds = 0;
    child.once('exit', () => {
      seconds = since();
    });
    const status = await new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killedBy) => resolve(code ?? killedBy));
    });
    signal.throwIfAborted();
    if (status === 0) return { seconds, peakBytes, stdout, lines };
    const said = [...lines.slice(-20).map(({ text }) => text), partial, stdout].join('\n');
    throw new Error(`${command.program} ${command.args.join(' ')} ended with ${status}:\n${said}`);
  } finally {
    clearInterval(watch);
    signal.removeEventListener('abort', end);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    // All of it may just have ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The kernel keeps the peak, so looking now and then misses only what grows in the last moment. */
function peakOf(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch (error) {
    // It ends between two looks.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}
