import { List } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { formatMoment } from '../../../../shared/format.ts';
import type { Restore } from '../../../../shared/restore.ts';
import { act } from '../../../act.ts';
import { AskFirst } from '../../../forms/AskFirst.tsx';
import { TypedName, useTypedName } from '../../../forms/TypedName.tsx';
import { timeOfId } from '../../../jobWords.ts';

/** Puts a restored database in the place of the live one, once its name was typed. */
export function SwapIn({ restore, live }: { restore: Restore; live: string }) {
  const { field, typed, isRight } = useTypedName(live);
  const held = restore.heldAs ?? restore.target;
  return (
    <AskFirst
      button="Swap it in…"
      icon={<IconArrowsExchange size={16} />}
      title={`Replace the live database ${live}?`}
      keep="Leave both as they are"
      action={`Replace ${live}`}
      isRight={isRight}
      work={() => act('restores.swap', { id: restore.id, live, typedName: typed })}
    >
      <List size="sm" spacing={4}>
        <List.Item>
          {held} becomes {live} on {restore.server}. Whoever is connected is disconnected for a moment.
        </List.Item>
        <List.Item>
          What was entered into {live} after {formatMoment(timeOfId(restore.backupId).toISOString())} will not be in it
          any more.
        </List.Item>
        <List.Item>
          The database that is live now is kept beside it, closed to connections, until somebody drops it; so long the
          swap can be rolled back.
        </List.Item>
      </List>
      <TypedName label={`Type the name of the live database that is replaced: ${live}`} {...field} />
    </AskFirst>
  );
}
