import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconAlertTriangle, IconRestore, IconTestPipe } from '@tabler/icons-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { MergePlan as Plan, TablePolicy } from '../../../../../shared/merge.ts';
import { act, sentence } from '../../../../act.ts';
import { FailureNotice } from '../../../../components/FailureNotice.tsx';
import { TypedName, useTypedName } from '../../../../forms/TypedName.tsx';
import { useAttempt } from '../../../../forms/useAttempt.ts';
import { StepHeading } from '../../StepHeading.tsx';
import type { Draft } from '../draft.ts';
import { rememberStarted } from '../startedStore.ts';
import { Blockers } from './Blockers.tsx';
import { mergeSentences } from './mergeSentences.ts';
import type { Planning } from './planning.ts';
import { PlanTable } from './PlanTable.tsx';
import { effectOfAll, policyIn } from './policyWords.ts';
import { Rehearsal } from './Rehearsal.tsx';
import { useOtherTenants } from './useOtherTenants.ts';

interface MergePlanProps {
  plan: Plan;
  planning: Planning;
  form: UseFormReturnType<Draft>;
  source: string;
  buttons: ReactNode;
}

/** What a merge would do: in words, table by table and row by row; then the rehearsal, and doing it for good. */
export function MergePlan({ plan, planning, form, source, buttons }: MergePlanProps) {
  const [, navigate] = useLocation();
  const { into } = planning.ask;
  const { policy, tablePolicies } = form.values;
  const { field, typed: typedName, isRight } = useTypedName(into);
  const [rehearsal, setRehearsal] = useState<{ restoreId: string; jobId: string } | null>(null);
  const [doing, setDoing] = useState<'rehearsal' | 'merge'>('merge');
  const { busy, failure, attempt } = useAttempt();
  const who = useOtherTenants(source, plan.tenant);
  const policyOf = (table: string) => policyIn({ policy, tablePolicies }, table);
  const effect = effectOfAll(plan.tables, policyOf);
  const nothing = effect.putBack + effect.overwritten + effect.deleted === 0;
  // What stands in the way was looked for under the policies that were asked for then.
  const names = [...plan.tables.map(({ name }) => name), ...plan.blockers.map(({ table }) => table)];
  const changed = names.some((name) => policyOf(name) !== policyIn(planning.ask, name));
  const blockers = plan.blockers.filter(({ table }) => policyOf(table) !== 'leave');
  const blocked = plan.blockers.length > 0 && !changed;
  const wish = { ...planning.ask, policy, tablePolicies };

  const setPolicy = (table: string, chosen: TablePolicy) => {
    form.setFieldValue('tablePolicies', { ...form.getValues().tablePolicies, [table]: chosen });
    setRehearsal(null); // it was one of something else
  };
  const rehearse = () => {
    setDoing('rehearsal');
    setRehearsal(null);
    return attempt(async () => setRehearsal(await act('merge.start', { ...wish, rehearse: true, typedName: into })));
  };
  const merge = async (event: FormEvent) => {
    event.preventDefault();
    if (!isRight()) return;
    setDoing('merge');
    await attempt(async () => {
      const { restoreId, jobId } = await act('merge.start', { ...wish, rehearse: false, typedName });
      rememberStarted({ restoreId, jobId, backupId: wish.backupId, draft: form.getValues() });
      navigate(`/restore/${restoreId}`);
    });
  };

  return (
    <form onSubmit={(event) => void merge(event)} noValidate>
      <StepHeading>
        {blockers.length > 0 ? 'What would happen, and what stands in the way' : 'What will happen'}
      </StepHeading>
      <Stack gap="md">
        <Blockers
          blockers={blockers}
          source={source}
          outdated={changed}
          onLeave={(table) => setPolicy(table, 'leave')}
        />
        {blockers.length > 0 && (
          <Text size="sm" fw={600}>
            Once nothing stands in the way:
          </Text>
        )}
        <List spacing={4} size="md" maw={820}>
          {mergeSentences(effect, into, who).map((said) => (
            <List.Item key={said}>{said}</List.Item>
          ))}
        </List>
        {plan.notes.length > 0 && (
          <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title="Good to know before" maw={820}>
            <List spacing={4} size="sm">
              {plan.notes.map((note) => (
                <List.Item key={note}>{sentence(note)}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        <PlanTable tables={plan.tables} policyOf={policyOf} onPolicy={setPolicy} />
        {changed && (
          <Text size="sm" role="status">
            You have chosen otherwise for single tables since the comparison. The counts hold; a rehearsal, or comparing
            again, tells whether anything stands in the way of it.
          </Text>
        )}
        {rehearsal && <Rehearsal key={rehearsal.jobId} {...rehearsal} />}
        {!blocked && !nothing && (
          <TypedName
            label={`Type the name of the live database that is changed: ${into}`}
            description="For doing it for good; a rehearsal does not need it."
            {...field}
          />
        )}
        {failure && <FailureNotice failure={failure} />}
        <Group justify="end">
          {buttons}
          {!nothing && (
            <>
              <Button
                variant="default"
                leftSection={<IconTestPipe size={16} />}
                loading={busy && doing === 'rehearsal'}
                disabled={busy || blocked}
                onClick={() => void rehearse()}
              >
                Rehearse it
              </Button>
              {!blocked && (
                <Button
                  type="submit"
                  color="red"
                  leftSection={<IconRestore size={16} />}
                  loading={busy && doing === 'merge'}
                  disabled={busy}
                >
                  Merge into {into}
                </Button>
              )}
            </>
          )}
        </Group>
      </Stack>
    </form>
  );
}
