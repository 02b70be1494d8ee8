import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconHelpCircle,
  IconLoader2,
  type TablerIcon,
} from '@tabler/icons-react';
import look from './StateMark.module.css';

/** What a state means to a person. Grey is "not known", never green; `neutral` is what somebody has ended on purpose. */
export type Tone = 'good' | 'warning' | 'bad' | 'unknown' | 'working' | 'neutral';

const icons: Record<Tone, TablerIcon> = {
  good: IconCircleCheck,
  warning: IconAlertTriangle,
  bad: IconCircleX,
  unknown: IconHelpCircle,
  working: IconLoader2,
  neutral: IconCircleMinus,
};

/** A state as colour, icon and word, so that none of the three has to be told from the others. */
export function StateMark({ tone, word }: { tone: Tone; word: string }) {
  const Icon = icons[tone];
  return (
    <span className={look.mark} data-tone={tone} title={word}>
      <Icon size={14} aria-hidden />
      <span className={look.word}>{word}</span>
    </span>
  );
}
