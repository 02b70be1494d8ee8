import type { ReadForecast } from '../../shared/integrity.ts';
import { CopyLooks } from '../state/copyLooks.ts';
import { openState } from '../state/openState.ts';
import type { ThreadWork } from '../streams/thread.ts';
import { forecastAll, type ForecastOrder } from './forecastInThread.ts';

export const work: ThreadWork<ForecastOrder, ReadForecast[]> = async (order) => {
  const state = openState(order.statePath, { check: false });
  try {
    return forecastAll(order, new CopyLooks(state));
  } finally {
    state.close();
  }
};
