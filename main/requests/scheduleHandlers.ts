import type { scheduleRequests } from '../../shared/contract/schedules.ts';
import { osUser } from '../console/osUser.ts';
import type { HandlersOf } from './context.ts';
import {
  addOneOff,
  cancelOneOff,
  jobOf,
  listSchedules,
  namedSchedule,
  pause,
  previewRule,
  resume,
  setSchedule,
} from './schedules.ts';

const previewed = 5;

export const scheduleHandlers: HandlersOf<typeof scheduleRequests> = {
  'schedules.list': (_, { workspace, session }) => listSchedules(workspace.console, session.clock.now()),
  'schedules.preview': (rule, { session }) => previewRule(rule, session.clock.now(), previewed),
  'schedules.set': (ask, { workspace, session }) => setSchedule(workspace.console, ask, session.clock.now()),
  'schedules.pause': async (_, { workspace, session }) => {
    await pause(workspace.console, session.state().person?.name ?? osUser(), session.clock.now());
    return {};
  },
  'schedules.resume': async (_, { workspace }) => {
    await resume(workspace.console);
    return {};
  },
  'schedules.at': (ask, { workspace, session }) => addOneOff(workspace.console, ask, session.clock.now()),
  'schedules.cancel': ({ id }, { workspace }) => {
    cancelOneOff(workspace.console, id);
    return {};
  },
  'schedules.run': ({ id }, { workspace }) => {
    const { console, board } = workspace;
    const { kind, source } = namedSchedule(console, id);
    const job = jobOf(kind);
    const ask = { source, tenants: null, note: null, pinned: false };
    return { jobId: board.start(job.logged, source ?? '', (options) => job.run(console, ask, options)) };
  },
};
