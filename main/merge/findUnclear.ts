import type { Client } from 'pg';
import type { MergeBlocker } from '../../shared/merge.ts';
import { blocker } from './blockers.ts';
import { countFrom } from './countFrom.ts';
import type { MergeTable } from './mergeTable.ts';

/**
 * Rows that are the tenant's by one of the ways that lead to tenants and not by another that is as good: to take one of them
 * would be a guess. A backup from before such a way was made does not know it.
 * @param where what the client is connected to. @param from what FROM names there.
 */
export async function findUnclear(
  client: Client,
  from: string,
  { live: { name }, scope, rivals }: MergeTable,
  where: 'backup' | 'live database',
): Promise<MergeBlocker[]> {
  const found: MergeBlocker[] = [];
  for (const { condition, columns } of scope ? rivals : []) {
    await client.query('SAVEPOINT unclear');
    try {
      const count = await countFrom(
        client,
        `FROM ${from} t WHERE ((${condition}) IS TRUE) <> ((${scope!('t')}) IS TRUE)`,
      );
      if (count > 0)
        found.push(
          blocker('OWNER_UNCLEAR', name, count, `${where} may be another tenant’s: ${columns} tell different ones`),
        );
    } catch (error) {
      const { code } = error as { code?: string };
      if (where === 'live database' || (code !== '42703' && code !== '42P01')) throw error;
      await client.query('ROLLBACK TO SAVEPOINT unclear');
    }
  }
  return found;
}
