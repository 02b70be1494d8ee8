import { Failure } from '../../shared/failure.ts';

/** A listing may show for a moment what was just deleted. */
const rounds = 3;

/**
 * Deletes what a listing shows until a new one is empty.
 * @throws STORE_FAILED when something is still there after several rounds.
 */
export async function purgeUntilEmpty<Found>(
  store: string,
  prefix: string,
  list: () => Promise<Found[]>,
  remove: (found: Found) => Promise<void>,
): Promise<void> {
  let left = await list();
  for (let round = 0; left.length > 0 && round < rounds; round++) {
    for (const found of left) await remove(found);
    left = await list();
  }
  if (left.length > 0)
    throw new Failure(
      'STORE_FAILED',
      `the store "${store}" still lists ${left.length} of what was deleted below ${prefix}`,
      'Something else writes there, or keeps what is deleted: look at the bucket with the console of its provider.',
      { details: { store, prefix, left: left.length } },
    );
}
