import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { readConnectionUrl, type ReadConnection } from './readConnectionUrl.ts';

/** Fills the form from an address. It is emptied at once, because a password may stand in it. */
export function PasteUrl({ onRead }: { onRead: (read: ReadConnection) => void }) {
  const [text, setText] = useState('');
  const [told, setTold] = useState('');
  const take = (typed: string, whole: boolean) => {
    const read = whole ? readConnectionUrl(typed) : null;
    setText(read ? '' : typed);
    setTold(read ? 'The fields below are filled in.' : '');
    if (read) onRead(read);
  };
  const wrong = text !== '' && !readConnectionUrl(text);
  return (
    <TextInput
      label="Paste an address (optional)"
      description={told || 'postgresql://role@server:5432/database, then press Enter; it fills the fields below.'}
      placeholder="postgresql://…"
      autoComplete="off"
      spellCheck={false}
      value={text}
      error={wrong && text.length > 14 ? 'This is not a postgresql:// address' : undefined}
      onChange={({ currentTarget }) => take(currentTarget.value, false)}
      onPaste={(event) => {
        const pasted = event.clipboardData.getData('text');
        if (!readConnectionUrl(pasted)) return;
        event.preventDefault();
        take(pasted, true);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || text === '') return;
        event.preventDefault();
        take(text, true);
      }}
      onBlur={() => take(text, true)}
    />
  );
}
