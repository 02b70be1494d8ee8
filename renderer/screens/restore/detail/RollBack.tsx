import { List } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { Restore } from '../../../../shared/restore.ts';
import { act } from '../../../act.ts';
import { AskFirst } from '../../../forms/AskFirst.tsx';

/** Undoes a swap, after saying what becomes of both databases. */
export function RollBack({ restore: { id, target, replaced } }: { restore: Restore }) {
  return (
    <AskFirst
      button="Roll back…"
      icon={<IconArrowBackUp size={16} />}
      title={`Undo the swap of ${target}?`}
      keep="Keep the restored one live"
      action="Roll back"
      work={() => act('restores.rollback', { id })}
    >
      <List size="sm" spacing={4}>
        <List.Item>
          {replaced} becomes {target} again, as it was before the swap. Whoever is connected is disconnected for a
          moment.
        </List.Item>
        <List.Item>
          The restored database is kept beside it under another name, with everything that was entered since the swap;{' '}
          {target} will not have that.
        </List.Item>
      </List>
    </AskFirst>
  );
}
