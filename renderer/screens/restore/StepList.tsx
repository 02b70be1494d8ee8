import { UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import style from './restore.module.css';

const steps = ['Backup', 'What', 'Where', 'Review', 'Restore', 'Result'] as const;
export type Step = (typeof steps)[number];

/** The way through a restore: what is done, where one is, what comes. A step that is done can be gone back to. */
export function StepList({ current, onGo }: { current: Step; onGo?: (step: Step) => void }) {
  const at = steps.indexOf(current);
  return (
    <nav aria-label="Steps of the restore">
      <ol className={style.steps}>
        {steps.map((step, index) => {
          const done = index < at;
          const face = (
            <>
              <span className={style.stepNumber} aria-hidden>
                {done ? <IconCheck size={14} stroke={2.5} /> : index + 1}
              </span>
              {step}
            </>
          );
          return (
            <li key={step} aria-current={index === at ? 'step' : undefined}>
              {done && onGo ? (
                <UnstyledButton className={style.step} onClick={() => onGo(step)} aria-label={`Back to ${step}`}>
                  {face}
                </UnstyledButton>
              ) : (
                <span className={`${style.step} ${index === at ? style.stepCurrent : ''}`}>{face}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
