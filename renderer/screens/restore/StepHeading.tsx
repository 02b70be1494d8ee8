import { Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import style from './restore.module.css';

/** The heading of a step. The focus moves to it as it appears, so that keyboard and screen reader are where it begins. */
export function StepHeading({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // After the frame has moved the focus into a new screen.
    const soon = requestAnimationFrame(() => heading.current?.focus());
    return () => cancelAnimationFrame(soon);
  }, []);
  return (
    <Title order={2} ref={heading} tabIndex={-1} className={style.heading} mb="xs">
      {children}
    </Title>
  );
}
