import { Text, TextInput } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useState } from 'react';
import { act } from '../../act.ts';
import { AskFirst } from '../../forms/AskFirst.tsx';

/** Writes the files of a backup of configuration into a folder beside everything that is live. */
export function RestoreFiles({ id }: { id: string }) {
  const [into, setInto] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  return (
    <AskFirst
      button="Restore to a folder…"
      icon={<IconRestore size={16} aria-hidden />}
      title="Restore these files to a folder"
      keep="Not now"
      action="Restore to this folder"
      isRight={() => {
        if (into.trim() === '') setWrong('The whole path of the folder');
        return into.trim() !== '';
      }}
      work={() => act('configuration.restore', { id, into: into.trim(), store: null })}
    >
      <Text size="sm">
        Nothing that is live is touched: the files are written below a new folder of the machine on which Strongroom
        runs, and somebody puts back what is wanted. They hold passwords, so only this account can read them.
      </Text>
      <TextInput
        label="Folder"
        description="New or empty, from the root or the drive, such as /srv/restored"
        required
        value={into}
        onChange={(event) => {
          setInto(event.currentTarget.value);
          setWrong(null);
        }}
        error={wrong}
        spellCheck={false}
      />
    </AskFirst>
  );
}
