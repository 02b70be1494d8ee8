import { pipeline } from 'node:stream/promises';
import { toolPath, type ClientTools } from './clientTools.ts';
import { withClient, type Login } from './connect.ts';
import { preambleEnd, settingsOf, withoutSettings } from './preamble.ts';
import { isSafe } from './safeVersions.ts';
import { startTool, type RunningTool, type ToolCall } from './runTool.ts';

export interface RestoreCall extends Omit<ToolCall, 'path'> {
  /** What to restore, without the database. */
  args: readonly string[];
  pgRestore: string;
  psql: string;
  database: string;
  /** As `unknownSettings` found them. */
  leaveOut: readonly string[];
}

export type RunningRestore = Omit<RunningTool, 'stopped'>;

/**
 * Starts pg_restore on a database that was made for it. Where the arguments name no file, its stdin takes the archive.
 *
 * The last resort, where pg_restore begins with settings that neither the server knows nor we do: its script goes to psql
 * without these, so that every other complaint is a failure as ever. That is not one transaction (large objects bring
 * their own, and thousands of tables would need as many locks at once): whatever has ended badly, the database is dropped.
 */
export function startRestore(call: RestoreCall): RunningRestore {
  const { args, pgRestore, psql, database, leaveOut, ...rest } = call;
  if (leaveOut.length === 0)
    return startTool({ ...rest, path: pgRestore, args: [...args, `--dbname=${database}`, '--no-password'] });
  const writer = startTool({ path: pgRestore, args: [...args, '--file=-'], signal: rest.signal });
  const quietly = ['-X', '-q', '-w', '-v', 'ON_ERROR_STOP=1'];
  const reader = startTool({ ...rest, path: psql, args: [...quietly, '-d', database, '-f', '-'] });
  reader.stdout.resume();
  const broken = pipeline(writer.stdout, (script) => withoutSettings(script, leaveOut), reader.stdin).then(
    () => false,
    () => {
      writer.kill();
      return true;
    },
  );
  return {
    stdin: writer.stdin,
    stdout: reader.stdout,
    kill: () => {
      writer.kill();
      reader.kill();
    },
    finished: async () => {
      const first = await broken;
      const [written, read] = await Promise.allSettled([writer.finished(), reader.finished()]);
      // Who ended first knows the reason: psql at what it refused, or pg_restore in the middle of its script.
      const failed = (first ? [read, written] : [written, read]).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
      return { status: 0, stderr: '' };
    },
  };
}

/**
 * The settings that pg_restore begins with and that the server refuses, when there are others among them than
 * `transaction_timeout`, whose refusal is harmless and known: a pg_restore newer than all that we know may bring some.
 * Empty where a script for psql is not needed, and for a psql that is not safe to be given one.
 * @param archive with a section `pre-data`. @param database any that `login` may enter.
 */
export async function unknownSettings(
  archive: string,
  tools: ClientTools,
  server: { major: number },
  database: string,
  login: Login,
  signal: AbortSignal,
): Promise<string[]> {
  if (tools.major <= server.major || !isSafe(tools.version)) return [];
  const names = settingsOf(await preambleOf(archive, toolPath(tools, 'pg_restore'), signal));
  const unknown = await withClient(
    login,
    async (client) => {
      const { rows } = await client.query<{ name: string }>(
        'SELECT DISTINCT name FROM unnest($1::text[]) name WHERE current_setting(name, true) IS NULL ORDER BY 1',
        [names],
      );
      return rows.map(({ name }) => name);
    },
    database,
    signal,
  );
  return unknown.some((name) => name !== 'transaction_timeout') ? unknown : [];
}

async function preambleOf(archive: string, pgRestore: string, signal: AbortSignal): Promise<string> {
  const tool = startTool({ path: pgRestore, args: ['--section=pre-data', '--file=-', archive], signal });
  tool.stdin.end();
  let head = '';
  for await (const chunk of tool.stdout as AsyncIterable<Buffer>) {
    head += chunk.toString('latin1');
    const end = preambleEnd(head);
    if (end === null) continue;
    await tool.stopped();
    return head.slice(0, end);
  }
  await tool.finished();
  return head;
}
