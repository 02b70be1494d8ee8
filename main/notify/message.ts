import {
  aboutWords,
  severities,
  type AlertAbout,
  type AlertNews,
  type AlertType,
  type Severity,
} from '../../shared/alert.ts';
import type { Tidings } from '../../shared/channel.ts';

/** What one delivery says, before a channel puts it into its own form. */
export interface Message {
  /** The same at every attempt, so that a service that looks can tell a repetition. */
  id: string;
  event: AlertNews['event'] | 'digest' | 'test' | 'well' | 'done' | 'ping';
  severity: Severity;
  /** Of the alert; null where the message is about none, or about several. */
  alertId: string | null;
  type: AlertType | null;
  about: AlertAbout | null;
  /** One line. */
  subject: string;
  sentence: string;
  hint: string | null;
  /** Of a digest: one line for each piece of news. */
  lines: string[];
  at: string;
  console: string;
  /** Where in the console the thing itself is, and its whole address where one is known. */
  path: string | null;
  link: string | null;
}

/** Who speaks, and where they are found. */
export interface Sender {
  console: string;
  baseUrl: string | null;
}

/** The message of one delivery. @param tidings oldest first; several pieces of news of different alerts become a digest. */
export function messageOf(id: string, tidings: readonly Tidings[], sender: Sender): Message {
  const last = tidings.at(-1);
  if (!last) throw new Error('a message needs something to tell');
  if (last.kind === 'done') return doneMessage(id, last, sender);
  if (last.kind !== 'news') return signOfLife(id, last, sender);
  const news = tidings.filter((one) => one.kind === 'news').map((one) => one.news);
  const several = news.some(({ alertId }) => alertId !== last.news.alertId);
  return several ? digest(id, news, sender) : newsMessage(id, last.news, sender);
}

/** What a test of a channel says. */
export function testMessage(id: string, at: string, sender: Sender): Message {
  return {
    ...plain(id, at, sender),
    event: 'test',
    subject: `Strongroom on ${sender.console}: this is a test`,
    sentence: `Somebody tests this channel of the Strongroom console on ${sender.console}. It works.`,
    hint: 'Nothing is to be done.',
  };
}

function doneMessage(id: string, tidings: Extract<Tidings, { kind: 'done' }>, sender: Sender): Message {
  const { subject, sentence, path, at } = tidings;
  return { ...plain(id, at, sender), event: 'done', subject, sentence, path, link: linkTo(path, sender) };
}

function signOfLife(id: string, tidings: Exclude<Tidings, { kind: 'news' | 'done' }>, sender: Sender): Message {
  if (tidings.kind === 'ping')
    return {
      ...plain(id, tidings.at, sender),
      event: 'ping',
      subject: 'backed up',
      sentence: 'A full backup is good.',
    };
  return {
    ...plain(id, tidings.at, sender),
    event: 'well',
    subject: `Strongroom on ${sender.console}: the weekly sign of life`,
    sentence: tidings.sentence,
    hint: 'This comes every week. When it stays away, look at the console: the channel or the console is dead.',
  };
}

function newsMessage(id: string, news: AlertNews, sender: Sender): Message {
  const { alertId, event, severity, type, about, message, hint, at } = news;
  return {
    ...plain(id, at, sender),
    event,
    severity,
    alertId,
    type,
    about,
    subject: `${newsWord(news)}: ${message}`,
    sentence: message,
    hint: event === 'resolved' ? null : hint,
    path: news.link,
    link: linkTo(news.link, sender),
  };
}

function digest(id: string, news: readonly AlertNews[], sender: Sender): Message {
  const bad = news.filter(({ event }) => event !== 'resolved');
  const worst = severities.find((severity) => bad.some((one) => one.severity === severity)) ?? 'INFO';
  const counts = [`${bad.length} to look at`, `${news.length - bad.length} resolved`].join(', ');
  return {
    ...plain(id, news.at(-1)?.at ?? '', sender),
    event: 'digest',
    severity: worst,
    subject: `${bad.length > 0 ? worst : 'RESOLVED'}: ${news.length} messages of Strongroom on ${sender.console}`,
    sentence: `${news.length} messages at once: ${counts}.`,
    hint: bad.length > 0 ? 'Look at the alerts in the console, the worst first.' : null,
    lines: news.map((one) => `${newsWord(one)}: ${[aboutWords(one.about), one.message].filter(Boolean).join(': ')}`),
    path: '/alerts',
    link: linkTo('/alerts', sender),
  };
}

function plain(id: string, at: string, { console }: Sender): Message {
  const nothing = { alertId: null, type: null, about: null, hint: null, lines: [], path: null, link: null };
  return { id, event: 'well', severity: 'INFO', subject: '', sentence: '', at, console, ...nothing };
}

function newsWord({ event, severity }: AlertNews): string {
  const words = {
    opened: severity,
    acknowledged: severity,
    escalated: `${severity}, NOBODY HAS LOOKED`,
    reminder: `STILL ${severity}`,
  };
  return event === 'resolved' ? 'RESOLVED' : words[event];
}

/** The console routes by the part after `#`. */
function linkTo(path: string, { baseUrl }: Sender): string | null {
  return baseUrl === null ? null : `${baseUrl.replace(/\/+$/, '')}/#${path}`;
}

/** The message as text of several lines, for people. */
export function plainText(message: Message): string {
  const { sentence, hint, lines, console, at, link, about } = message;
  const where = about ? aboutWords(about) : '';
  return [
    sentence,
    ...(lines.length > 0 ? ['', ...lines.map((line) => `- ${line}`)] : []),
    ...(hint === null ? [] : ['', `What to do: ${hint}`]),
    '',
    ...(where === '' ? [] : [`About: ${where}`]),
    `Console: ${console}`,
    `Time: ${at}`,
    ...(link === null ? [] : [`Look: ${link}`]),
  ].join('\n');
}
