import { IconCircle, IconCircleCheck, IconCircleDot } from '@tabler/icons-react';
import { Link } from 'wouter';
import classes from './StepList.module.css';
import { steps, useStepsDone, type StepPath } from './steps.ts';

/** The steps of the set-up, each with what is done of it; every one can be gone to. */
export function StepList({ current }: { current: StepPath }) {
  const done = useStepsDone();
  return (
    <nav aria-label="Steps of the set-up">
      <ol className={classes.list}>
        {steps.map(({ path, name }, index) => (
          <li key={path}>
            <Link
              href={`/set-up/${path}`}
              className={classes.step}
              aria-current={path === current ? 'step' : undefined}
            >
              <Mark done={done[path]} current={path === current} />
              <span>
                {index + 1} {name}
                <span className={classes.word}>{wordOf(path, done[path], path === current)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Mark({ done, current }: { done: boolean; current: boolean }) {
  if (done) return <IconCircleCheck size={20} color="var(--mantine-color-green-7)" aria-hidden />;
  if (current) return <IconCircleDot size={20} aria-hidden />;
  return <IconCircle size={20} color="var(--mantine-color-dimmed)" aria-hidden />;
}

function wordOf(path: StepPath, done: boolean, current: boolean): string {
  if (done) return 'done';
  if (current) return 'you are here';
  return path === 'schedule' ? 'to look at' : 'to do';
}
