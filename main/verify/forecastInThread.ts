import type { ReadForecast } from '../../shared/integrity.ts';
import type { CopyLooks } from '../state/copyLooks.ts';
import { runThread } from '../streams/runThread.ts';
import { forecastReads } from './forecastReads.ts';
import { factsOf } from './storeFacts.ts';
import type { StoreFacts } from './planReads.ts';

/** What a thread needs besides the state database to tell how soon every copy will have been read. */
export interface ForecastOrder {
  statePath: string;
  stores: Pick<StoreFacts, 'name' | 'kind' | 'limits'>[];
  /** Milliseconds since 1970. */
  now: number;
}

/** So many backups are looked at in less time than a thread takes to start. */
const fewBackups = 2000;

/** Whether each store will have been read whole in time; where that is long to reckon, this thread goes on meanwhile. */
export async function forecastInThread(
  order: ForecastOrder,
  looks: CopyLooks,
  signal: AbortSignal,
): Promise<ReadForecast[]> {
  if (looks.count() > fewBackups) return runThread('verify/forecastWorker', order, { signal });
  return forecastAll(order, looks);
}

export function forecastAll({ stores, now }: ForecastOrder, looks: CopyLooks): ReadForecast[] {
  const then = new Date(now);
  return stores.map((store) => forecastReads(factsOf(store, looks, then, -1), then));
}
