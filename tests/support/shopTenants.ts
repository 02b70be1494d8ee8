import type { TenantModel } from '../../shared/source.ts';

/** How the tenants of the demo's shop are told apart. */
export const shopTenants: TenantModel = {
  table: 'shop.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting: 'app.current_tenant',
  contextSql: null,
  user: 'shop_app',
  sharedTables: [],
  owners: {},
};
