import { Group, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useEffect, useRef, useState } from 'react';
import { reportFailure } from '../../../../shared/failure.ts';
import { formatMoment } from '../../../../shared/format.ts';
import { act, sentence } from '../../../act.ts';
import { FailureNotice } from '../../../components/FailureNotice.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { Moment } from '../../../components/Moment.tsx';
import { useAnswer } from '../../../useAnswer.ts';
import type { Step } from '../StepList.tsx';
import { mergeAskOf, placeOf, presetPolicies, problemsOf, suggestName, targetOf, type Draft } from './draft.ts';
import { MergeReview } from './merge/MergeReview.tsx';
import type { Planning } from './merge/planning.ts';
import { ReviewStep, type Preview } from './ReviewStep.tsx';
import { WhatStep } from './WhatStep.tsx';
import { WhereStep } from './WhereStep.tsx';

/** The steps after a backup was chosen. Between "where" and "review" the console looks at the server. */
export function ChosenSteps({
  backupId,
  step,
  onStep,
  form,
}: {
  backupId: string;
  step: Step;
  onStep: (step: Step) => void;
  form: UseFormReturnType<Draft>;
}) {
  const shown = useAnswer('backups.show', { id: backupId }, ['backups']);
  const sources = useAnswer('sources.list', {}, ['sources']);
  const restores = useAnswer('restores.list', { limit: 1000 }, ['restores']);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [planning, setPlanning] = useState<Planning | null>(null);
  const [checking, setChecking] = useState(false);
  const suggested = useRef('');

  const backup = shown.value;
  const source = sources.value?.sources.find(({ name }) => name === backup?.source) ?? null;
  const live = source?.database ?? backup?.manifest?.source.database ?? backup?.source ?? '';
  const ready = backup !== null && sources.value !== null && (restores.value !== null || restores.failure !== null);
  useEffect(() => {
    if (!ready) return;
    const { name } = form.getValues();
    if (name !== '' && name !== suggested.current) return;
    suggested.current = suggestName(live, new Date(), restores.value?.restores.map(({ target }) => target) ?? []);
    form.setFieldValue('name', suggested.current);
  }, [ready, live]);
  useEffect(() => {
    if (!ready || form.getValues().host !== '') return;
    if (source)
      form.setValues(
        placeOf(source.url, restores.value?.restores.find((restore) => restore.source === source.name)?.server),
      );
    else form.setFieldValue('elsewhere', true);
  }, [ready, source?.url]);

  const tables = backup?.tables;
  useEffect(() => {
    if (tables && Object.keys(form.getValues().tablePolicies).length === 0)
      form.setFieldValue('tablePolicies', presetPolicies(tables));
  }, [tables]);

  const failure = shown.failure ?? sources.failure;
  if (!backup && failure) return <FailureNotice failure={failure} onRetry={shown.again} />;
  if (!backup || !ready) return <Loading what="the backup" />;

  const draft = form.getValues();
  const target = targetOf(draft, backupId, live);

  const look = async () => {
    const problems = problemsOf(form.getValues(), live);
    form.setErrors(problems);
    if (Object.keys(problems).length > 0) return;
    setChecking(true);
    try {
      if (form.getValues().aim === 'merge') {
        const ask = mergeAskOf(form.getValues(), backupId, live);
        setPlanning({ ...(await act('merge.plan', { ...ask })), ask });
        setPreview(null);
        onStep('Review');
        return;
      }
      setPlanning(null);
      const found = await act('restores.preview', { ...target, swap: draft.aim === 'replace' });
      setPreview({ ok: true, found });
      onStep('Review');
    } catch (error) {
      const refusal = reportFailure(error);
      const about = fieldOf(refusal.code, draft);
      if (about) {
        if (about.field !== 'name') form.setFieldValue('elsewhere', true);
        form.setFieldError(about.field, `${sentence(refusal.message)}. ${about.hint}`);
        onStep('Where');
      } else {
        setPlanning(null);
        setPreview({ ok: false, refusal });
        onStep('Review');
      }
    } finally {
      setChecking(false);
    }
  };

  return (
    <>
      <Group gap={6} mb="md">
        <Text size="sm" fw={600}>
          {backup.source}
        </Text>
        <Text size="sm">
          · backup of {formatMoment(backup.createdAt)} (<Moment at={backup.createdAt} />)
        </Text>
      </Group>
      {step === 'What' && (
        <WhatStep
          backup={backup}
          source={source}
          form={form}
          onBack={() => onStep('Backup')}
          onNext={() => onStep('Where')}
        />
      )}
      {step === 'Where' && (
        <WhereStep
          backup={backup}
          source={source}
          live={live}
          form={form}
          checking={checking}
          onBack={() => onStep('What')}
          onNext={() => void look()}
        />
      )}
      {step === 'Review' && planning && (
        <MergeReview
          key={planning.planId}
          planning={planning}
          form={form}
          source={backup.source}
          checking={checking}
          onCheckAgain={() => void look()}
          onBack={() => onStep('Where')}
        />
      )}
      {step === 'Review' &&
        !planning &&
        (preview ? (
          <ReviewStep
            backup={backup}
            draft={draft}
            target={target}
            preview={preview}
            checking={checking}
            onCheckAgain={() => void look()}
            onBack={() => onStep('Where')}
          />
        ) : (
          <Loading what="what would happen" />
        ))}
    </>
  );
}

/** The field that a refusal is about, where there is one, and what to do there. */
function fieldOf(code: string, { elsewhere, aim }: Draft): { field: keyof Draft; hint: string } | null {
  if (code === 'TARGET_EXISTS' && aim === 'new')
    return { field: 'name', hint: 'Choose another name, or replace the live database.' };
  if (code === 'TARGET_DENIED') return { field: 'user', hint: 'Give a role that may, and its password.' };
  if (!elsewhere) return null;
  if (code === 'SOURCE_UNREACHABLE') return { field: 'host', hint: 'Look at the address and the port.' };
  if (code === 'SOURCE_PASSWORD_WRONG') return { field: 'password', hint: 'Type it again.' };
  if (code === 'SOURCE_DATABASE_MISSING') return { field: 'database', hint: 'postgres is nearly always there.' };
  return null;
}
