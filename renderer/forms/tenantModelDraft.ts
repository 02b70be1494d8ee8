import { z } from 'zod';
import type { TenantModel } from '../../shared/source.ts';

/** How the tenants of a database are told apart, as it is typed. */
export interface TenantModelDraft {
  table: string;
  idColumn: string;
  nameColumn: string;
  by: 'setting' | 'sql';
  setting: string;
  contextSql: string;
  user: string;
  /** Empty: the one that is kept stays. */
  password: string;
}

const columnSchema = z.string().trim().min(1, 'the name of a column');

export const tenantModelDraftSchema = z
  .object({
    table: z
      .string()
      .trim()
      .regex(/^.+\..+$/, 'schema and table, such as shop.tenants'),
    idColumn: columnSchema,
    nameColumn: columnSchema,
    by: z.enum(['setting', 'sql']),
    setting: z.string(),
    contextSql: z.string(),
    user: z.string().trim().min(1, 'the role that the policies apply to'),
    password: z.string().max(4096, 'a password has at most 4096 characters'),
  })
  .check(({ value, issues }) => {
    if (value.by === 'setting' && !/^[^.\s]+\..+$/.test(value.setting.trim()))
      issues.push({
        code: 'custom',
        path: ['setting'],
        input: value.setting,
        message: 'two words with a dot, such as app.current_tenant',
      });
    if (value.by === 'sql' && !value.contextSql.includes('{tenant_id}'))
      issues.push({
        code: 'custom',
        path: ['contextSql'],
        input: value.contextSql,
        message: 'SQL with {tenant_id} in the place of the id',
      });
  });

/** What a form begins with. */
export function draftOf(model: TenantModel | null): TenantModelDraft {
  return {
    table: model?.table ?? '',
    idColumn: model?.idColumn ?? 'id',
    nameColumn: model?.nameColumn ?? 'name',
    by: model !== null && model.contextSql !== null ? 'sql' : 'setting',
    setting: model?.setting ?? 'app.current_tenant',
    contextSql: model?.contextSql ?? "SELECT set_tenant_context('{tenant_id}')",
    user: model?.user ?? 'strongroom_tenant',
    password: '',
  };
}

/** The draft as it is asked of the console. What was confirmed as shared stays confirmed, and who owns a table stays said. */
export function modelOf(draft: TenantModelDraft, before: TenantModel | null): TenantModel {
  return {
    table: draft.table.trim(),
    idColumn: draft.idColumn.trim(),
    nameColumn: draft.nameColumn.trim(),
    setting: draft.by === 'setting' ? draft.setting.trim() : null,
    contextSql: draft.by === 'sql' ? draft.contextSql.trim() : null,
    user: draft.user.trim(),
    sharedTables: before?.sharedTables ?? [],
    owners: before?.owners ?? {},
  };
}
