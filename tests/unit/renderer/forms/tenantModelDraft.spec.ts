import { expect, test } from '@playwright/test';
import { draftOf, modelOf, tenantModelDraftSchema } from '../../../../renderer/forms/tenantModelDraft.ts';
import type { TenantModel } from '../../../../shared/source.ts';

const model: TenantModel = {
  table: 'shop.tenants',
  idColumn: 'id',
  nameColumn: 'name',
  setting: null,
  contextSql: "SELECT set_tenant_context('{tenant_id}')",
  user: 'shop_tenant',
  sharedTables: ['shop.metal_prices'],
  owners: { 'shop.transfers': 'from_shop' },
};

test('what is kept comes back into the form, and from the form as it was', () => {
  expect(modelOf(draftOf(model), model)).toEqual(model);
});

test('only what was chosen is kept: a setting or SQL, never both', () => {
  const draft = { ...draftOf(model), by: 'setting' as const, setting: ' app.tenant ' };
  expect(modelOf(draft, model)).toMatchObject({ setting: 'app.tenant', contextSql: null });
});

test('SQL without a place for the id, a setting without a dot and a table without a schema are refused', () => {
  const wrong = (draft: object) =>
    tenantModelDraftSchema.safeParse({ ...draftOf(model), ...draft }).error?.issues.map(({ path }) => path.join('.'));
  expect(wrong({})).toBeUndefined();
  expect(wrong({ contextSql: 'SELECT 1' })).toEqual(['contextSql']);
  expect(wrong({ by: 'setting', setting: 'tenant' })).toEqual(['setting']);
  expect(wrong({ by: 'setting', setting: 'app.tenant', contextSql: '' })).toBeUndefined();
  expect(wrong({ table: 'tenants' })).toEqual(['table']);
});
