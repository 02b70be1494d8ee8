import type { ReadForecast } from '../../shared/integrity.ts';
import { CopyLooks } from '../state/copyLooks.ts';
import { openState } from '../state/openState.ts';
import { serveThread } from '../streams/thread.ts';
import { forecastAll, type ForecastOrder } from './forecastInThread.ts';

await serveThread<ForecastOrder, ReadForecast[]>(async (order) => {
  const state = openState(order.statePath, { check: false });
  try {
    return forecastAll(order, new CopyLooks(state));
  } finally {
    state.close();
  }
});
