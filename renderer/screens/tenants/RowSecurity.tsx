import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SourceView } from '../../../shared/contract/sources.ts';
import { act, tellFailure } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { Section } from '../../components/Section.tsx';
import { RoleSqlList } from '../../forms/RoleSqlList.tsx';
import { useAnswer } from '../../useAnswer.ts';
import { Findings } from './Findings.tsx';
import { Owners } from './Owners.tsx';
import { SharedTables } from './SharedTables.tsx';

/** What row-level security means for the backups of a database, table by table, and the SQL of the roles that it needs. */
export function RowSecurity({ source, choice, tabs }: { source: SourceView; choice: ReactNode; tabs: ReactNode }) {
  const ask = { source: source.name };
  const { value, failure, again } = useAnswer('tenants.preflight', ask, ['sources']);
  // In a locked window the PIN is asked for once somebody wants to look.
  const retry = () => void act('tenants.preflight', ask).then(again, tellFailure);
  return (
    <>
      <PageHead title="Tenants">{choice}</PageHead>
      {tabs}
      {failure && <FailureNotice failure={failure} onRetry={retry} />}
      {!value && !failure && <Loading what="the tables and their policies" />}
      {value && (
        <Stack gap="sm">
          <Findings findings={value.findings} ok={value.ok} />
          <SharedTables source={source} findings={value.findings} onConfirmed={again} />
          <Owners source={source} doubts={value.doubts} onSaid={again} />
          <Section title="SQL of the roles">
            <Text size="sm" mb="xs">
              A superuser of the server runs this once, with passwords of its own in the place of change-me.
            </Text>
            <RoleSqlList sql={value.roleSql} />
          </Section>
        </Stack>
      )}
    </>
  );
}
