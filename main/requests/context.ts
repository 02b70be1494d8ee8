import type { Answer, Asked, RequestName } from '../../shared/contract/contract.ts';
import type { Preferences } from '../../shared/contract/overview.ts';
import type { Workspace } from '../console/workspace.ts';
import type { Session } from './session.ts';

/** What only the frame around a console can do: Electron brings the desktop, `serve` has next to nothing. */
export interface Frame {
  host: 'desktop' | 'serve';
  /** Versions for About: Electron, Chromium, Node. */
  versions: Record<string, string>;
  /** Shows a file in the system's file browser; false where there is none. */
  reveal(path: string): boolean;
  /** Opens a page in the person's own browser; false where the window itself can. */
  openExternal(url: string): boolean;
  /** Takes over changed preferences: start at login, close to tray. */
  prefer(preferences: Preferences): void;
  /** Tells the person outside the window how a job ended; a click shows `path`. */
  notify(title: string, sentence: string, path: string): void;
}

/** Who asks, and of what. */
export interface RequestContext {
  workspace: Workspace;
  session: Session;
  frame: Frame;
}

/** One handler for every request of the contract: a missing or a wrong one does not compile. */
export type Handlers = {
  [Name in RequestName]: (ask: Asked<Name>, context: RequestContext) => Answer<Name> | Promise<Answer<Name>>;
};

/** The handlers of one area, by the names of its requests. */
export type HandlersOf<Requests> = Pick<Handlers, keyof Requests & RequestName>;
