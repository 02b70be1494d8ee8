import type { notifyRequests } from '../../shared/contract/notify.ts';
import {
  addChannel,
  changeChannel,
  listChannels,
  listOutbox,
  removeChannel,
  routeChannel,
  saveNotifySettings,
  testAndNote,
} from './channels.ts';
import type { HandlersOf } from './context.ts';

export const notifyHandlers: HandlersOf<typeof notifyRequests> = {
  'notify.list': (_, { workspace }) => listChannels(workspace.console),
  'notify.outbox': ({ statuses }, { workspace }) => listOutbox(workspace.console, statuses),
  'notify.add': (form, { workspace }) => addChannel(workspace.console, form),
  'notify.change': (form, { workspace }) => changeChannel(workspace.console, form),
  'notify.test': async ({ name }, { workspace }) => {
    try {
      return await testAndNote(workspace.console, name);
    } finally {
      workspace.announcer.tell('changed', { areas: ['channels'] });
    }
  },
  'notify.route': ({ name, route }, { workspace }) => routeChannel(workspace.console, name, route),
  'notify.settings': (settings, { workspace }) => saveNotifySettings(workspace.console, settings),
  'notify.remove': async ({ name }, { workspace }) => {
    await removeChannel(workspace.console, name);
    return {};
  },
};
