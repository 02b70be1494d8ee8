import { Button } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Section } from './Section.tsx';

/** A picture with the numbers behind it: whoever cannot read the one reads the other. */
export function ChartOrTable({
  title,
  aside,
  chart,
  table,
}: {
  title: string;
  aside?: ReactNode;
  chart: ReactNode;
  table: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  return (
    <Section
      title={title}
      aside={
        <>
          {aside}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={asTable ? <IconChartLine size={14} aria-hidden /> : <IconTable size={14} aria-hidden />}
            aria-label={`${title}: show as ${asTable ? 'a picture' : 'a table'}`}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? 'Picture' : 'Table'}
          </Button>
        </>
      }
    >
      {asTable ? table : chart}
    </Section>
  );
}
