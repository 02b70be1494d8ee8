import { requests, type RequestName } from '../../shared/contract/contract.ts';
import type { Envelope } from '../../shared/contract/envelope.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import { areasOf } from './areasOf.ts';
import type { RequestContext } from './context.ts';
import { handlers } from './handlers.ts';

/**
 * Answers one request of a window: knows it, parses it, authorises it, lets its handler answer, and parses that. Never
 * throws, and whatever is refused has had no effect.
 * @param name and `ask` are whatever came over the bridge.
 */
export async function answer(name: unknown, ask: unknown, context: RequestContext): Promise<Envelope> {
  try {
    if (!isRequestName(name))
      throw new Failure(
        'REQUEST_UNKNOWN',
        'there is no request of this name',
        'Reload the window; it may be of another version.',
      );
    const definition = requests[name];
    const asked = definition.ask.safeParse(ask);
    if (!asked.success)
      throw new Failure(
        'REQUEST_WRONG',
        `what was asked is not in order: ${asked.error.issues[0]?.message ?? ''}`,
        'Correct it and try again.',
        {
          details: { issues: asked.error.issues.map(({ path, message }) => ({ path: path.map(String), message })) },
        },
      );
    const { session, workspace } = context;
    const outcome = async () => {
      session.authorise(definition);
      return definition.answer.parse(await call(name, asked.data, context));
    };
    const value = definition.changes ? await session.audited(name, asked.data, outcome) : await outcome();
    if (definition.changes) workspace.announcer.tell('changed', { areas: areasOf(name) });
    return { ok: true, value };
  } catch (error) {
    const explained = context.workspace.ready ? context.workspace.console.explain(error) : error;
    return { ok: false, failure: reportFailure(explained) };
  }
}

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requests, name);
}

/** The table of handlers is typed for each name by itself; here the name is only known to be one of them. */
function call(name: RequestName, ask: unknown, context: RequestContext): unknown {
  return (handlers[name] as (ask: unknown, context: RequestContext) => unknown)(ask, context);
}
