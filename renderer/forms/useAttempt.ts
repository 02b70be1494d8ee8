import { useCallback, useState } from 'react';
import { reportFailure, type FailureReport } from '../../shared/failure.ts';

interface Attempt {
  busy: boolean;
  /** Why the last attempt did not succeed; null also when the person gave it up. */
  failure: FailureReport | null;
  /** Does the work. @returns whether it succeeded. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
  forget: () => void;
}

/** Something that a person tries from a form: while it runs nothing is sent twice, and its refusal is kept to be shown. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FailureReport | null>(null);
  const attempt = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      return true;
    } catch (error) {
      const report = reportFailure(error);
      if (report.code !== 'CANCELLED') setFailure(report);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const forget = useCallback(() => setFailure(null), []);
  return { busy, failure, attempt, forget };
}
