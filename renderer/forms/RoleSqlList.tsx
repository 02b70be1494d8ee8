import { Stack, Text } from '@mantine/core';
import type { RoleSql } from '../../shared/tenant.ts';
import { CopyText } from '../components/CopyText.tsx';

const roles: readonly { role: keyof RoleSql; name: string; what: string }[] = [
  { role: 'full', name: 'Full backups', what: 'sees every row and can change nothing' },
  { role: 'tenant', name: 'Backups of tenants', what: 'sees what the policies let a tenant see' },
  { role: 'wal', name: 'Streaming of changes (WAL)', what: 'reads the stream of changes' },
  { role: 'restore', name: 'Restores', what: 'makes databases, and puts rows back into a live one' },
];

/** The SQL of the roles, each to be copied for whoever may run it. */
export function RoleSqlList({ sql, only }: { sql: RoleSql; only?: keyof RoleSql }) {
  return (
    <Stack gap="xs">
      {roles
        .filter(({ role }) => only === undefined || role === only)
        .map(({ role, name, what }) => (
          <div key={role}>
            <Text size="sm" mb={2}>
              <strong>{name}</strong>: {what}
            </Text>
            <CopyText text={sql[role]} what={`the SQL for ${name.toLowerCase()}`} />
          </div>
        ))}
    </Stack>
  );
}
