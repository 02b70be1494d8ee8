import { backUpTwice, test as base, type BackedUpShop } from '../../support/restoredShop.ts';
import { oddDatabase, oddProperties, oddRoles } from './oddSchema.ts';

export const oddName = `odd 'name' with "quotes", ünïcode`;

export const test = base.extend<{ odd: BackedUpShop }>({
  odd: async ({ cluster, folder }, use) => {
    await cluster.createDatabase(oddName);
    await cluster.psql('postgres', oddRoles);
    await cluster.psql(oddName, oddDatabase);
    await cluster.psql('postgres', oddProperties.replaceAll('$db', `"${oddName.replaceAll('"', '""')}"`));
    await use(await backUpTwice(folder, cluster, oddName));
    await cluster.dropDatabase(oddName);
    await cluster.psql('postgres', 'DROP ROLE "odd ""keeper""", odd_group;');
  },
});
