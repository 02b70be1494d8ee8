import type { jobRequests } from '../../shared/contract/jobs.ts';
import type { HandlersOf } from './context.ts';

export const jobHandlers: HandlersOf<typeof jobRequests> = {
  'jobs.running': (_, { workspace }) => ({ jobs: workspace.ready ? workspace.board.running() : [] }),
  'jobs.recent': ({ limit }, { workspace }) => ({ jobs: workspace.console.jobLog.list(limit) }),
  'jobs.cancel': ({ id }, { workspace }) => {
    workspace.board.cancel(id);
    return {};
  },
};
