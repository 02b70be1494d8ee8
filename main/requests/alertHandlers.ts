import type { alertRequests } from '../../shared/contract/alerts.ts';
import { osUser } from '../console/osUser.ts';
import { alertRules } from '../console/alertRules.ts';
import { actOnAlerts, alertHistory, listAlerts, namedAlert, saveAlertRules } from './alerts.ts';
import type { HandlersOf, RequestContext } from './context.ts';

export const alertHandlers: HandlersOf<typeof alertRequests> = {
  'alerts.list': (filter, { workspace }) => listAlerts(workspace.console, filter),
  'alerts.show': ({ id }, { workspace }) => namedAlert(workspace.console, id),
  'alerts.history': ({ id, limit }, { workspace }) => ({ entries: alertHistory(workspace.console, id, limit) }),
  'alerts.acknowledge': ({ ids, note }, context) => {
    const done = actOnAlerts(context.workspace.console, ids, 'acknowledge', { by: whoActs(context), note });
    context.workspace.watch.happened(); // the channels are to hear of it
    return done;
  },
  'alerts.snooze': ({ ids, hours, note }, context) =>
    actOnAlerts(context.workspace.console, ids, { snoozeHours: hours }, { by: whoActs(context), note }),
  'alerts.resolve': ({ ids, note }, context) => {
    const done = actOnAlerts(context.workspace.console, ids, 'resolve', { by: whoActs(context), note });
    context.workspace.watch.happened(); // the channels are to hear of it
    return done;
  },
  'alerts.look': async (_, { workspace }) => {
    await workspace.watch.look();
    return {};
  },
  'alerts.rules': (_, { workspace }) => alertRules(workspace.console),
  'alerts.saveRules': async (rules, { workspace }) => {
    const saved = await saveAlertRules(workspace.console, rules);
    workspace.watch.happened();
    return saved;
  },
};

/** The person who unlocked the window; where nobody has a PIN, the account of the system. */
function whoActs({ session }: RequestContext): string {
  return session.state().person?.name ?? osUser();
}
