import { randomBytes } from 'node:crypto';
import { Failure } from '../../shared/failure.ts';
import { probePrefix } from '../../shared/repositoryFormat.ts';
import type { Store } from '../../shared/store.ts';
import { removeProbe } from './removeProbe.ts';

/**
 * What time it is for the store, which dates its objects by that: writes a small object below `probe/`, looks at it and
 * deletes it again.
 * @throws STORE_… also where the store cannot be written to, so that nothing is begun there.
 */
export async function storeTime(store: Store, signal?: AbortSignal): Promise<Date> {
  const key = `${probePrefix}${randomBytes(12).toString('hex')}`;
  await store.put(key, Buffer.from('what time is it?'), signal);
  const found = await store.head(key, signal).finally(() => removeProbe(store, key, signal));
  if (found) return found.modifiedAt;
  throw new Failure(
    'STORE_FAILED',
    `the store "${store.name}" has lost an object that it had just taken`,
    'Test the store; nothing is deleted there meanwhile.',
    { details: { store: store.name } },
  );
}
