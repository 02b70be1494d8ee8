import type { Source } from '../../shared/source.ts';
import { toolPath, type ClientTools } from '../postgres/clientTools.ts';
import { runTool } from '../postgres/runTool.ts';
import type { BackupTools } from './backupTools.ts';

/**
 * The time zone in which a session on the source writes moments when nobody says otherwise, and so most likely a dump
 * that was made of it.
 * @returns null where the source cannot be asked now: an import does not need it.
 */
export async function sourceTimeZone(
  { connection: address }: Source,
  password: string | null,
  clientTools: ClientTools,
  { withLogin }: Pick<BackupTools, 'withLogin'>,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await withLogin(address, password, async ({ connection, passfile }) =>
      (
        await runTool({
          path: toolPath(clientTools, 'psql'),
          args: ['-XAtw', '-c', 'SHOW TimeZone'],
          connection,
          passfile,
          signal,
        })
      ).trim(),
    );
  } catch {
    signal.throwIfAborted();
    return null; // the server may be what was lost
  }
}
