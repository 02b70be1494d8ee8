import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconHelpCircle,
  IconLoader2,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';
import look from './StateMark.module.css';

/** Made once: a list draws thousands of them. */
const icons: Record<Tone, ReactNode> = {
  good: <IconCircleCheck size={14} aria-hidden />,
  warning: <IconAlertTriangle size={14} aria-hidden />,
  bad: <IconCircleX size={14} aria-hidden />,
  unknown: <IconHelpCircle size={14} aria-hidden />,
  working: <IconLoader2 size={14} aria-hidden />,
  neutral: <IconCircleMinus size={14} aria-hidden />,
};

/** A state as colour, icon and word, so that none of the three has to be told from the others. */
export function StateMark({ tone, word }: { tone: Tone; word: string }) {
  return (
    <span className={look.mark} data-tone={tone} title={word}>
      {icons[tone]}
      <span className={look.word}>{word}</span>
    </span>
  );
}
