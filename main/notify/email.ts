import type { EmailSettings } from '../../shared/channel.ts';
import type { Patience } from './callHttp.ts';
import { ChannelFailure, withoutSecrets } from './channelFailure.ts';
import { plainText, type Message } from './message.ts';
import type { Courier } from './courier.ts';

/** A mail by somebody's own mail server. */
export function email(settings: EmailSettings, password: string | null, patience: Patience): Courier {
  const { host, port, tls, user, from, to } = settings;
  return {
    async send(message) {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        host,
        port,
        secure: tls === 'tls',
        requireTLS: tls === 'starttls',
        ignoreTLS: tls === 'none',
        auth: user === null ? undefined : { user, pass: password ?? '' },
        connectionTimeout: patience.connectMs,
        greetingTimeout: patience.connectMs,
        socketTimeout: patience.totalMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await transport.sendMail({ from, to, ...mailOf(message, addressHost(from)) });
      } catch (error) {
        throw mailFailure(host, error, [password]);
      } finally {
        transport.close();
      }
    },
  };
}

/** Mails about one alert stand together in the reader's inbox; a mail that comes twice has the same id. */
function mailOf(message: Message, host: string) {
  const { id, alertId, subject, severity, event } = message;
  const urgent = event !== 'resolved' && (severity === 'CRITICAL' || severity === 'ERROR');
  const thread = alertId === null ? undefined : `<strongroom-${alertId}@${host}>`;
  return {
    subject: subject.replace(/\s+/g, ' '),
    text: plainText(message),
    html: html(message),
    messageId: `<strongroom-${id}@${host}>`,
    references: thread,
    priority: urgent ? ('high' as const) : undefined,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function addressHost(from: string): string {
  return /@([\w.-]+)/.exec(from)?.[1] ?? 'strongroom.invalid';
}

function html(message: Message): string {
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const { subject, lines, link } = message;
  const rest = plainText({ ...message, lines: [], link: null });
  return [
    '<div style="font-family:system-ui,sans-serif;font-size:14px;max-width:40em">',
    `<h2 style="font-size:16px">${escaped(subject)}</h2>`,
    ...(lines.length > 0 ? [`<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`] : []),
    `<p>${escaped(rest).replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br>')}</p>`,
    ...(link === null ? [] : [`<p><a href="${escaped(link)}">Look in the console</a></p>`]),
    '</div>',
  ].join('\n');
}

interface MailError {
  code?: string;
  command?: string;
  responseCode?: number;
  message: string;
}

function mailFailure(host: string, error: unknown, secrets: readonly (string | null)[]): ChannelFailure {
  const { code = '', command = '', responseCode, message } = error as MailError;
  const says = withoutSecrets(message, secrets);
  const details = { code, command, ...(responseCode === undefined ? {} : { responseCode }), reason: says };
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return new ChannelFailure(
      'CHANNEL_DENIED',
      `the mail server ${host} does not accept user and password`,
      'Set them anew. Many providers want a password made for this one program, and no sign-in by a person.',
      { details },
    );
  if (code === 'ETLS' || /certificate|self-signed|SSL|TLS|wrong version number/i.test(message))
    return new ChannelFailure(
      'CHANNEL_UNREACHABLE',
      `no trusted connection to the mail server ${host} comes about (${says})`,
      'Choose the other kind of TLS (usually: tls with port 465, starttls with 587); for a certificate authority of your own, start Strongroom with NODE_EXTRA_CA_CERTS.',
      { details },
    );
  if (code === 'EENVELOPE' || (responseCode !== undefined && responseCode >= 500))
    return new ChannelFailure(
      'CHANNEL_REFUSED',
      `the mail server ${host} refuses the mail (${says})`,
      'Look at the addresses of sender and receivers, correct them, then test the channel.',
      { details },
    );
  return new ChannelFailure(
    'CHANNEL_UNREACHABLE',
    responseCode === undefined
      ? `the mail server ${host} cannot be reached (${says})`
      : `the mail server ${host} has trouble (${says})`,
    'Look whether this machine reaches it, and whether host and port are right. It is tried again.',
    {
      details,
      maybeTold:
        responseCode === undefined && !['CONN', 'EHLO', 'HELO', 'STARTTLS'].includes(command) && code !== 'EDNS',
    },
  );
}
