import { test } from '../../support/shopConsole.ts';
import { expectOfEveryTable, expectVerdict, inTransaction, nameOf, policies } from './policyCases.ts';

test('of every table of the shop the server’s plan tells that it shows just the tenant’s rows', async ({
  shop,
  cluster,
}) => {
  await inTransaction(cluster, shop.name, expectOfEveryTable);
});

for (const policy of policies)
  test(`whether the rows need counting of ${nameOf(policy)}`, async ({ shop, cluster }) => {
    await inTransaction(cluster, shop.name, (client) => expectVerdict(client, policy));
  });
