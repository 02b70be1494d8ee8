import { isAbsolute } from 'node:path';
import type { configurationRequests } from '../../shared/contract/configuration.ts';
import { Failure } from '../../shared/failure.ts';
import { namedBackup } from './backups.ts';
import {
  backupConfiguration,
  configurationOf,
  diffConfiguration,
  lookForConfiguration,
  restoreFiles,
  setConfiguration,
} from './configurations.ts';
import type { HandlersOf } from './context.ts';
import { namedSource } from './sources.ts';

export const configurationHandlers: HandlersOf<typeof configurationRequests> = {
  'configuration.show': ({ source }, { workspace }) => configurationOf(workspace.console, source),
  'configuration.look': (model) => lookForConfiguration(model),
  'configuration.save': ({ source, model }, { workspace }) => setConfiguration(workspace.console, source, model),
  'configuration.backUp': ({ notify, ...ask }, { workspace, frame }) => {
    const { console, board } = workspace;
    namedSource(console, ask.source);
    const jobId = board.start('backup config', ask.source, async (options) => {
      const { id, files, gaps, copies } = await backupConfiguration(console, ask, options);
      // One that is not whole is told as every job that failed.
      if (notify === 'always' && gaps.length === 0 && copies.every(({ state }) => state === 'STORED'))
        frame.notify(
          `The configuration of ${ask.source} is backed up`,
          `${files.length} files and settings`,
          `/backups/${id}`,
        );
    });
    return { jobId };
  },
  'configuration.diff': (ask, { workspace }) =>
    diffConfiguration(workspace.console, ask, { signal: AbortSignal.timeout(diffMs) }),
  'configuration.restore': ({ id, into, store }, { workspace }) => {
    const { console, board } = workspace;
    const { id: backup } = namedBackup(console, id);
    if (!isAbsolute(into))
      throw new Failure(
        'USAGE',
        'this is no whole path of a folder',
        'Give it from the root or the drive of the machine on which Strongroom runs, such as /srv/restored.',
      );
    return {
      jobId: board.start('restore config', backup, (options) =>
        restoreFiles(console, { backup, into, store }, options),
      ),
    };
  },
};

/** A store that does not answer must not keep a window waiting for ever. */
const diffMs = 60_000;
