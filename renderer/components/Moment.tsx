import { Text, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatAge, formatMoment } from '../../shared/format.ts';

/** A moment as its age, with the date and time on hover; it grows older while it is looked at. */
export function Moment({ at, ...text }: { at: string } & TextProps) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text component="time" dateTime={at} title={formatMoment(at)} inherit {...text}>
      {formatAge((now - Date.parse(at)) / 1000)}
    </Text>
  );
}
