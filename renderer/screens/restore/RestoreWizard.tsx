import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useParams } from 'wouter';
import { PageHead } from '../../components/PageHead.tsx';
import { StepList, type Step } from './StepList.tsx';
import { BackupStep } from './wizard/BackupStep.tsx';
import { ChosenSteps } from './wizard/ChosenSteps.tsx';
import { emptyDraft, type Draft } from './wizard/draft.ts';
import { useStarted } from './wizard/startedStore.ts';

/**
 * The way from a backup to a restore in four steps: which, what, where, review. Opened from a backup it is chosen
 * already; opened after a refusal it begins with what was typed.
 */
export function RestoreWizard() {
  const { backupId } = useParams<{ backupId?: string }>();
  return <Wizard key={backupId ?? ''} opened={backupId ?? null} />;
}

function Wizard({ opened }: { opened: string | null }) {
  const [kept] = useState(() => {
    const { started } = useStarted.getState();
    return started?.again && started.backupId === opened ? started.draft : null;
  });
  useEffect(() => useStarted.setState({ started: null }), []);
  const [step, setStep] = useState<Step>(kept ? 'Where' : opened === null ? 'Backup' : 'What');
  const [chosen, setChosen] = useState(opened);
  const form = useForm<Draft>({ initialValues: kept ?? emptyDraft });

  return (
    <>
      <PageHead title="New restore" />
      <StepList current={step} onGo={setStep} />
      {step === 'Backup' || chosen === null ? (
        <BackupStep chosen={chosen} onChoose={setChosen} onNext={() => setStep('What')} />
      ) : (
        <ChosenSteps key={chosen} backupId={chosen} step={step} onStep={setStep} form={form} />
      )}
    </>
  );
}
