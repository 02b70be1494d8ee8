import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface RunningProcess {
  pid: number;
  parent: number;
  command: string[];
  environment: string[];
}

/** Every process that can be read; none where the system has no /proc. */
function processes(): RunningProcess[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

function readProcess(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold spaces and brackets: the state, then the parent. A zombie has ended.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return { pid, parent: Number(parent), command, environment };
  } catch {
    // It ended while we read, or it is another user's and none of ours.
    return undefined;
  }
}

/** The pids under `ancestor`, however deep. */
export function descendantsOf(ancestor: number, among = processes()): Set<number> {
  const found = new Set<number>();
  const visit = (pid: number): void => {
    for (const { pid: child, parent } of among)
      if (parent === pid && !found.has(child)) {
        found.add(child);
        visit(child);
      }
  };
  visit(ancestor);
  return found;
}

/** The programs that the product starts, and the product itself. */
const watched = /^(psql|pg_\w+|node)$/;

/**
 * The client programs that this process or one of its children has started and that still run, by their pid.
 * @param marker a line of the environment that they inherit, by which one is known that has lost its parent
 */
export function startedPrograms(marker?: string): Map<number, string> {
  const all = processes();
  const ours = descendantsOf(process.pid, all);
  const found = new Map<number, string>();
  for (const { pid, command, environment } of all) {
    const program = command[0]?.split('/').at(-1) ?? '';
    if (pid === process.pid || !watched.test(program)) continue;
    if (ours.has(pid) || (marker !== undefined && environment.includes(marker)))
      found.set(pid, command.join(' ').trim());
  }
  return found;
}

/** Every process that was started with `marker`, a line of its environment, and what it has started in turn. */
export function heirsOf(marker: string): number[] {
  return processes()
    .filter(({ environment }) => environment.includes(marker))
    .map(({ pid }) => pid);
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
