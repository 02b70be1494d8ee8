import type { Answer, Ask, RequestName } from '../../shared/contract/contract.ts';
import { Failure, type FailureCode } from '../../shared/failure.ts';
import type { Workspace } from '../../main/console/workspace.ts';
import { answer } from '../../main/requests/answer.ts';
import type { Clock } from '../../main/jobs/clock.ts';
import type { Frame } from '../../main/requests/context.ts';
import { Session } from '../../main/requests/session.ts';

/** A frame that has nothing around it, as a service without a desktop. */
export const bareFrame: Frame = {
  host: 'serve',
  versions: {},
  reveal: () => false,
  openExternal: () => false,
  prefer() {},
  notify() {},
};

/** A window of its own, which asks as the renderer does. */
export class AskingWindow {
  readonly session: Session;
  private readonly workspace: Workspace;

  constructor(workspace: Workspace, clock: Clock) {
    this.workspace = workspace;
    this.session = new Session(workspace, { clock });
  }

  /** @throws Failure as the console answered it. */
  async ask<Name extends RequestName>(name: Name, ask: Ask<Name>): Promise<Answer<Name>> {
    const envelope = await answer(name, ask, { workspace: this.workspace, session: this.session, frame: bareFrame });
    if (envelope.ok) return envelope.value as Answer<Name>;
    const { code, message, hint, details } = envelope.failure;
    throw new Failure(code, message, hint, { details });
  }

  /** The code with which it is refused; `done` where it is not. */
  async outcome<Name extends RequestName>(name: Name, ask: Ask<Name>): Promise<FailureCode | 'done'> {
    try {
      await this.ask(name, ask);
      return 'done';
    } catch (error) {
      if (error instanceof Failure) return error.code;
      throw error;
    }
  }
}
