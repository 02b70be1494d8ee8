import type { metricsRequests } from '../../shared/contract/metrics.ts';
import { readMeasures } from '../console/metering.ts';
import type { HandlersOf } from './context.ts';

export const metricsHandlers: HandlersOf<typeof metricsRequests> = {
  'health.show': (_, { workspace }) => readMeasures(workspace.console).health,
  'metrics.show': (_, { workspace }) => workspace.metering.view(),
  'metrics.save': async (settings, { workspace }) => {
    await workspace.metering.save(settings);
    return workspace.metering.view();
  },
};
