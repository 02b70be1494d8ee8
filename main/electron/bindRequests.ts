import { ipcMain, type WebContents } from 'electron';
import { eventChannel, requestChannel } from '../../shared/contract/channels.ts';
import type { EventName, EventValue } from '../../shared/contract/contract.ts';
import type { Envelope } from '../../shared/contract/envelope.ts';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Log } from '../logs/log.ts';
import { answer } from '../requests/answer.ts';
import type { RequestContext } from '../requests/context.ts';
import { sentByOwnPage } from './ownPage.ts';

/**
 * Binds the contract to the two channels of the window: the only place that touches them. Who asks is looked at first,
 * and whoever is not the page of our window is refused without effect.
 * @param pageNow the window's page, as long as there is one.
 */
export function bindRequests(pageNow: () => WebContents | null, context: RequestContext, log: Log): void {
  ipcMain.handle(requestChannel, async (event, name: unknown, ask: unknown): Promise<Envelope> => {
    const page = pageNow();
    if (event.sender === page && sentByOwnPage(event.senderFrame, page.mainFrame)) return answer(name, ask, context);
    log.warn(`a request from ${event.senderFrame?.url ?? 'a page that is gone'} was refused`);
    return { ok: false, failure: reportFailure(foreign()) };
  });
  context.workspace.announcer.listen((name, value) => tell(pageNow(), name, value));
  context.session.onChange((state) => tell(pageNow(), 'access', state));
}

/** Tells a page an event; a page that is gone hears nothing. */
export function tell<Name extends EventName>(page: WebContents | null, name: Name, value: EventValue<Name>): void {
  if (page && !page.isDestroyed() && !page.isCrashed()) page.send(eventChannel, name, value);
}

function foreign(): Failure {
  return new Failure('REQUEST_REFUSED', 'only the window of Strongroom itself may ask', 'Use the window itself.');
}
