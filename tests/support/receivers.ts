import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A request as a service got it. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** How a service answers; 'hang': not at all, 'reset': by hanging up. */
export type HttpAnswer = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'reset';

/** A real HTTP server of a test in the place of Slack, PagerDuty and the others. */
export class HttpReceiver {
  readonly received: Received[] = [];
  /** Used up one by one; then every request is answered with `usual`. */
  answers: HttpAnswer[] = [];
  usual: HttpAnswer = { status: 200, body: 'ok' };
  onReceived: (received: Received) => void = () => undefined;
  private server: Server | undefined;
  private port = 0;

  /** Also after `stop`, on the same port. */
  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method = '', url = '', headers } = request;
        const received = { method, path: url, headers, body };
        this.received.push(received);
        reply(response, this.answers.shift() ?? this.usual);
        this.onReceived(received);
      });
    });
    await new Promise<void>((resolve, reject) => {
      this.server?.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.server?.close(resolve));
    this.server?.closeAllConnections();
    await stopped;
  }
}

function reply(response: ServerResponse, answer: HttpAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') response.socket?.resetAndDestroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
}

export interface ReceivedMail {
  from: string;
  to: string[];
  /** As it came over the wire. */
  raw: string;
  encrypted: boolean;
}

/** A real mail server of a test. */
export class MailReceiver {
  readonly mails: ReceivedMail[] = [];
  /** What was tried as user and password. */
  readonly logins: string[] = [];
  /** Refuses what it is told, as a receiver or as a mail. */
  refuse: (recipient: string) => string | null = () => null;
  private readonly server: SMTPServer;

  /** @param account user and password that it takes; null: it asks for none. */
  constructor(account: { user: string; password: string } | null, options: SMTPServerOptions = {}) {
    this.server = new SMTPServer({
      authOptional: account === null,
      disabledCommands: account === null ? ['AUTH'] : [],
      disableReverseLookup: true,
      ...options,
      onAuth: ({ username = '', password = '' }, _session, done) => {
        this.logins.push(`${username}:${password}`);
        if (username === account?.user && password === account.password) done(null, { user: username });
        else done(new Error('Invalid username or password'));
      },
      onRcptTo: ({ address }, _session, done) => {
        const reason = this.refuse(address);
        done(reason === null ? null : Object.assign(new Error(reason), { responseCode: 550 }));
      },
      onData: (stream, session, done) => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        const lines: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => lines.push(chunk));
        stream.on('end', () => {
          this.mails.push({ from, to, raw: Buffer.concat(lines).toString('utf8'), encrypted: session.secure });
          done();
        });
      },
    });
    // A client that hangs up is what some tests are about.
    this.server.on('error', () => undefined);
  }

  /** @param port 0: any that is free. */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
