import { TextInput } from '@mantine/core';
import { useState } from 'react';

interface TypedNameProps {
  /** What has to be typed, and why, such as `Type the name of the live database that is replaced: shop`. */
  label: string;
  description?: string;
  typed: string;
  wrong: string | null;
  onType: (typed: string) => void;
}

/** The field for the name of something live, typed out by whoever is about to change it. */
export function TypedName({ typed, onType, wrong, ...rest }: TypedNameProps) {
  return (
    <TextInput
      {...rest}
      value={typed}
      onChange={(event) => onType(event.currentTarget.value)}
      error={wrong}
      spellCheck={false}
      autoComplete="off"
      maw={520}
    />
  );
}

/** What was typed, and whether it is the name; a wrong one is told beside the field until it is corrected. */
export function useTypedName(name: string) {
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const onType = (value: string) => {
    setTyped(value);
    setWrong(null);
  };
  const isRight = () => {
    if (typed !== name) setWrong(`This is not the name: type ${name}`);
    return typed === name;
  };
  return { field: { typed, wrong, onType }, typed, isRight };
}
