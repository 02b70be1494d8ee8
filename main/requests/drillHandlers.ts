import type { drillRequests } from '../../shared/contract/drills.ts';
import { Failure } from '../../shared/failure.ts';
import type { HandlersOf } from './context.ts';
import { drill, namedDrill, placeDrills, shownSettings, tryInSource } from './drills.ts';
import { namedSource } from './sources.ts';
import { checkAllIntegrity, integrityPlan, limitReads } from './verify.ts';

export const drillHandlers: HandlersOf<typeof drillRequests> = {
  'drills.list': ({ source, limit }, { workspace }) => ({ drills: workspace.console.drills.list(source, limit) }),
  'drills.show': ({ id }, { workspace }) => namedDrill(workspace.console, id),
  'drills.start': ({ backupId: backup, ...ask }, { workspace }) => {
    const { console, board } = workspace;
    namedSource(console, ask.source);
    if ((ask.place === 'server') !== (ask.on !== null))
      throw new Failure('USAGE', 'the server of the test restore was not said', 'Name it, or choose another place.');
    return {
      jobId: board.start('test restore', ask.source, (options) => drill(console, { ...ask, backup }, options)),
    };
  },
  'drills.settings': ({ source }, { workspace }) => shownSettings(workspace.console, source),
  'drills.saveSettings': ({ source, password, ...settings }, { workspace }) =>
    placeDrills(workspace.console, source, settings, password),
  'drills.tryAssertion': ({ source, assertion }, { workspace }) => tryInSource(workspace.console, source, assertion),
  'integrity.start': (_, { workspace }) => {
    const { console, board } = workspace;
    return { jobId: board.start('integrity', '', (options) => checkAllIntegrity(console, options)) };
  },
  'integrity.plan': (_, { workspace }) => integrityPlan(workspace.console),
  'integrity.limit': ({ store, ...limits }, { workspace }) => limitReads(workspace.console, store, limits),
};
