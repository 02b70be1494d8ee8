import type { AuditAction } from '../../shared/contract/contract.ts';
import { reportFailure } from '../../shared/failure.ts';
import type { Console } from '../console/console.ts';
import { osUser } from '../console/osUser.ts';
import { auditSubject } from '../requests/auditSubject.ts';
import { withConsole, type Verb } from './run.ts';

/**
 * Opens the console for a verb that changes something, and writes into the audit log which account did it and what came
 * of it: also a refusal. A job counts as done once it runs, as it does for a window, so that a power cut in its middle
 * takes no entry away; how it ended is in the list of jobs.
 * @param ask what the audit log takes its words from, see `auditSubject`; asked for before the work.
 */
export function changing<T>(
  verb: Verb,
  action: AuditAction,
  ask: object | ((console: Console) => object),
  work: (console: Console, verb: Verb) => Promise<T> | T,
): Promise<T> {
  return withConsole(verb, true, async (console) => {
    const subject = auditSubject(typeof ask === 'function' ? ask(console) : ask, () => undefined);
    let noted = false;
    let ran = false;
    const note = (outcome: string) => {
      if (noted) return;
      noted = true;
      console.audit.add({ at: new Date().toISOString(), osUser: osUser(), person: null, action, subject, outcome });
    };
    try {
      const answer = await work(console, {
        ...verb,
        watcher: {
          ...verb.watcher,
          onStarted: () => {
            ran = true;
            note('done');
          },
        },
      });
      note('done');
      return answer;
    } catch (error) {
      note(reportFailure(console.explain(error)).code);
      throw error;
    } finally {
      // What the job has shown may be an alert, or the end of one.
      if (ran) (await import('../console/watch.ts')).evaluateAfterJob(console);
    }
  });
}
