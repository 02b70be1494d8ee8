import { dirname, isAbsolute } from 'node:path';
import type { backupRequests } from '../../shared/contract/backups.ts';
import { Failure } from '../../shared/failure.ts';
import { formatBytes, formatDuration } from '../../shared/format.ts';
import { namedStore } from '../console/assemble.ts';
import { backupFull, importFile, namedBackup, showBackup } from './backups.ts';
import { replicateMissing } from './replicas.ts';
import type { HandlersOf } from './context.ts';
import { namedSource } from './sources.ts';
import { verify, verifySeveral } from './verify.ts';

const dayMs = 86_400_000;

export const backupHandlers: HandlersOf<typeof backupRequests> = {
  'backups.page': (ask, { workspace }) => workspace.console.backupPages.page(ask),
  'backups.show': ({ id }, { workspace }) => showBackup(workspace.console, id),
  'backups.points': ({ source, kind, days }, { workspace }) => {
    const since = new Date(Date.now() - days * dayMs).toISOString();
    return { points: workspace.console.backupPages.points({ source, kind, since }) };
  },
  'backups.start': ({ notify, ...ask }, { workspace, frame }) => {
    const { console, board } = workspace;
    namedSource(console, ask.source);
    const jobId = board.start('backup full', ask.source, async (options) => {
      const { id, sizeBytes, durationSeconds, copies } = await backupFull(console, ask, options);
      // One that is not everywhere is told as every job that failed.
      if (notify === 'always' && copies.every(({ state }) => state === 'STORED'))
        frame.notify(
          `${ask.source} is backed up`,
          `${formatBytes(sizeBytes)} in ${formatDuration(durationSeconds ?? 0)}`,
          `/backups/${id}`,
        );
    });
    return { jobId };
  },
  'backups.import': ({ file, ...ask }, { workspace }) => {
    const { console, board } = workspace;
    namedSource(console, ask.source);
    if (!isAbsolute(file))
      throw new Failure(
        'USAGE',
        'this is no whole path of a file',
        'Give it from the root or the drive of the machine on which Strongroom runs, such as /srv/old/shop.dump.',
      );
    return {
      jobId: board.start('import', ask.source, (options) => importFile(console, { ...ask, path: file }, options)),
    };
  },
  'backups.replicate': (_, { workspace }) => {
    const { console, board } = workspace;
    return { jobId: board.start('replicate', '', (options) => replicateMissing(console, options)) };
  },
  'backups.verify': ({ ids, store, deep }, { workspace }) => {
    const { console, board } = workspace;
    const [only, ...more] = ids.map((id) => namedBackup(console, id).id);
    if (more.length > 0)
      return {
        jobId: board.start('verify', `${ids.length} backups`, (options) =>
          verifySeveral(console, { ids, store, deep }, options),
        ),
      };
    return { jobId: board.start('verify', only!, (options) => verify(console, { id: only!, store, deep }, options)) };
  },
  'backups.reveal': ({ id, store }, { workspace, frame }) => {
    const { console } = workspace;
    const { id: backupId } = namedBackup(console, id);
    const object = console.catalogue.manifest(backupId)?.objects[0];
    const path = object ? namedStore(console, store).pathOf(object.key) : null;
    if (path === null)
      throw new Failure(
        'COPY_NOT_HERE',
        `the copy in ${store} is not in a folder of this machine`,
        'Look for it with the provider’s own console, under the name that the details show.',
      );
    return { path: dirname(path), shown: frame.reveal(path) };
  },
};
