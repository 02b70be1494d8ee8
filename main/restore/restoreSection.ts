import type { Job } from '../../shared/job.ts';
import { onThisMachine } from '../../shared/source.ts';
import { toolPath } from '../postgres/clientTools.ts';
import type { Login } from '../postgres/connect.ts';
import { onlyTransactionTimeout } from '../postgres/restoreVerdict.ts';
import { startRestore } from '../postgres/startRestore.ts';
import { loneSessionSettings, restoringSettings, sortSettings } from '../postgres/sessionSettings.ts';
import type { FetchedObjects } from './fetchObjects.ts';
import type { RestorePlan } from './preflight.ts';
import type { RestoreTools } from './restoreTools.ts';

/** Indexes and keys are built by as many sessions at once. */
const jobs = 2;

/**
 * Restores what comes before the rows (types, functions, tables) or after them (indexes, keys, triggers, policies).
 * @throws RESTORE_FAILED … for any complaint but that of the server about `transaction_timeout`.
 */
export async function restoreSection(
  section: 'pre-data' | 'post-data',
  files: FetchedObjects,
  plan: RestorePlan,
  database: string,
  login: Login,
  { processors }: Pick<RestoreTools, 'processors'>,
  note: (sentence: string) => void,
  job: Job,
): Promise<void> {
  job.stage(section === 'pre-data' ? 'making the tables' : 'building indexes and keys');
  const args = [`--section=${section}`, '--no-subscriptions'];
  const { leaveOut } = plan;
  if (section === 'post-data' && leaveOut.length === 0) args.push(`--jobs=${jobs}`);
  if (!plan.keepOwners) args.push('--no-owner', '--no-privileges');
  if (!plan.keepTablespaces) args.push('--no-tablespaces');
  // The sessions alone keep such a machine busy; helpers of theirs would only get in the way (a tenth of the time).
  const crowded = onThisMachine(login.connection) && processors <= jobs;
  // No table is cut: the largest one is not larger than the largest archive.
  const sorts = sortSettings(Math.max(0, ...files.data.map(({ object }) => object.plainBytes)));
  const tool = startRestore({
    pgRestore: toolPath(plan.tools, 'pg_restore'),
    psql: toolPath(plan.tools, 'psql'),
    database,
    leaveOut,
    args: [...args, files.schemaPath],
    connection: login.connection,
    passfile: login.passfile,
    settings: { ...restoringSettings, ...sorts, ...(crowded ? loneSessionSettings : {}) },
    signal: job.signal,
  });
  tool.stdin.end();
  tool.stdout.resume();
  const { status } = await tool.finished((_, stderr) => onlyTransactionTimeout(stderr));
  if (section !== 'pre-data') return;
  const newer = `pg_restore ${plan.tools.version} is newer than the server ${plan.server.version}`;
  if (leaveOut.length > 0)
    note(`${newer}, which does not know ${leaveOut.join(' and ')}: these settings were left out, and nothing else`);
  else if (status !== 0) note(`${newer}: its transaction_timeout setting was refused there, which is harmless`);
}
