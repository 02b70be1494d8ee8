import { useCallback, useEffect, useRef, useState } from 'react';
import type { Answer, Area, Ask, RequestName } from '../shared/contract/contract.ts';
import { reportFailure, type FailureReport } from '../shared/failure.ts';
import { onConnection, onEvent, request } from './bridge.ts';

/** What a screen shows: nothing yet, the answer (perhaps of a moment ago, while it is asked for again), or why not. */
export interface Asked<Value> {
  value: Value | null;
  failure: FailureReport | null;
  loading: boolean;
  /** Asks again. */
  again: () => void;
}

/** What came of an ask, and of which. */
interface Kept<Value> extends Omit<Asked<Value>, 'again'> {
  key: string;
}

/**
 * Asks for what a screen shows, and again whenever the console says that one of `areas` has changed.
 * A failure keeps the last answer. Another ask begins with nothing: the answer of the one before is never shown for it.
 */
export function useAnswer<Name extends RequestName>(
  name: Name,
  ask: Ask<Name>,
  areas: readonly Area[],
): Asked<Answer<Name>> {
  const key = JSON.stringify([name, ask]);
  const [kept, setKept] = useState<Kept<Answer<Name>>>(() => nothingOf(key));
  const { value, failure, loading } = kept.key === key ? kept : nothingOf(key);
  const newest = useRef(0);
  const latest = useRef({ key, ask, areas });
  latest.current = { key, ask, areas };

  const again = useCallback(() => {
    const turn = ++newest.current;
    const of = latest.current.key;
    setKept((before) => ({ ...(before.key === of ? before : nothingOf(of)), loading: true }));
    request(name, latest.current.ask).then(
      (answer) => {
        if (turn === newest.current) setKept({ key: of, value: answer, failure: null, loading: false });
      },
      (error: unknown) => {
        if (turn === newest.current)
          setKept((before) => ({ ...before, failure: reportFailure(error), loading: false }));
      },
    );
  }, [name]);

  useEffect(() => {
    again();
    const stops = [
      onEvent('changed', (changed) => {
        if (changed.areas.some((area) => latest.current.areas.includes(area))) again();
      }),
      onConnection((connected) => {
        if (connected) again();
      }),
    ];
    return () => {
      newest.current++;
      for (const stop of stops) stop();
    };
  }, [key, again]);

  return { value, failure, loading, again };
}

function nothingOf(key: string) {
  return { key, value: null, failure: null, loading: true };
}
