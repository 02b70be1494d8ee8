import { Checkbox, List, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { formatMoment } from '../../../../shared/format.ts';
import type { Restore } from '../../../../shared/restore.ts';
import { act } from '../../../act.ts';
import { AskFirst } from '../../../forms/AskFirst.tsx';

/** Puts the rows that a merge has changed back as they were before it, as long as that is possible. */
export function UndoMerge({ restore: { id, target, merge } }: { restore: Restore }) {
  const [evenIfChanged, setEvenIfChanged] = useState(false);
  const until = merge?.undoUntil ?? null;
  if (until === null || Date.parse(until) < Date.now()) return null;
  return (
    <>
      <AskFirst
        button="Roll back…"
        icon={<IconArrowBackUp size={16} />}
        title={`Undo the merge into ${target}?`}
        keep="Keep what was merged"
        action="Roll back"
        work={() => act('restores.rollback', { id, evenIfChanged })}
      >
        <List size="sm" spacing={4}>
          <List.Item>
            Rows that were overwritten or deleted become as they were before the merge, and rows that it put back are
            removed again, in one step that happens whole or not at all.
          </List.Item>
          <List.Item>
            If somebody has changed one of these rows since, nothing is done, and the rows are named.
          </List.Item>
        </List>
        <Checkbox
          label="Even where rows were changed since"
          description="What was entered into these rows since the merge is lost."
          checked={evenIfChanged}
          onChange={(event) => setEvenIfChanged(event.currentTarget.checked)}
        />
      </AskFirst>
      <Text size="sm">Possible until {formatMoment(until)}.</Text>
    </>
  );
}
