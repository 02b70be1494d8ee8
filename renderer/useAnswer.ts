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

/**
 * Asks for what a screen shows, and again whenever the console says that one of `areas` has changed.
 * A failure keeps the last answer.
 */
export function useAnswer<Name extends RequestName>(
  name: Name,
  ask: Ask<Name>,
  areas: readonly Area[],
): Asked<Answer<Name>> {
  const [asked, setAsked] = useState<Omit<Asked<Answer<Name>>, 'again'>>({ value: null, failure: null, loading: true });
  const key = JSON.stringify([name, ask]);
  const newest = useRef(0);
  const latest = useRef({ ask, areas });
  latest.current = { ask, areas };

  const again = useCallback(() => {
    const turn = ++newest.current;
    setAsked((before) => ({ ...before, loading: true }));
    request(name, latest.current.ask).then(
      (value) => {
        if (turn === newest.current) setAsked({ value, failure: null, loading: false });
      },
      (error: unknown) => {
        if (turn === newest.current)
          setAsked((before) => ({ ...before, failure: reportFailure(error), loading: false }));
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

  return { ...asked, again };
}
