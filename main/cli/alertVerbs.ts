import { Option, type Command } from 'commander';
import {
  aboutWords,
  alertTypes,
  severities,
  type Alert,
  type AlertHistoryEntry,
  type AlertType,
  type Severity,
} from '../../shared/alert.ts';
import type { ListedAlerts } from '../../shared/contract/alerts.ts';
import { Failure } from '../../shared/failure.ts';
import { formatAge, formatMoment } from '../../shared/format.ts';
import { osUser } from '../console/osUser.ts';
import { changing } from './changing.ts';
import { columns } from './columns.ts';
import { ruleLines, withRule } from './ruleWords.ts';
import { runVerb, withConsole } from './run.ts';

const requests = () => import('../requests/alerts.ts');
const rulesIn = () => import('../console/alertRules.ts');
const watch = () => import('../console/watch.ts');

interface ListOptions {
  all?: boolean;
  type?: AlertType;
  severity?: Severity;
  limit: string;
}

const limitOption = () => new Option('--limit <number>', 'at most so many').default('200');
const noteOption = ['--note <text>', 'what is to be remembered about it'] as const;

export function addAlertVerbs(program: Command): void {
  const alerts = program.command('alerts').description('what is wrong, and what was');
  addReading(alerts);
  addActing(alerts);
  addRules(alerts);
}

function addReading(alerts: Command): void {
  alerts
    .command('list')
    .description('open alerts, the worst first')
    .option('--all', 'also those that are resolved')
    .addOption(new Option('--type <type>').choices([...alertTypes]))
    .addOption(new Option('--severity <severity>').choices([...severities]))
    .addOption(limitOption())
    .action(({ all, type, severity, limit }: ListOptions, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) =>
            (await requests()).listAlerts(console, { open: !all, type, severity, limit: readLimit(limit) }),
          ),
        printAlerts,
      ),
    );

  alerts
    .command('history [id]')
    .description('what has happened to one alert, oldest first, or to all of them, newest first')
    .addOption(limitOption())
    .action((id: string | undefined, { limit }: { limit: string }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) => ({
            entries: (await requests()).alertHistory(console, id ?? null, readLimit(limit)),
          })),
        ({ entries }) => printHistory(entries),
      ),
    );

  alerts
    .command('check')
    .description('look at every store and database now, and bring the alerts up to date')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'alerts.look', {}, async (console) => {
            const { evaluateAlerts, lookAround } = await watch();
            await lookAround(console, verb.signal);
            evaluateAlerts(console, []);
            return (await requests()).listAlerts(console, { open: true, limit: 200 });
          }),
        printAlerts,
      ),
    );
}

function addActing(alerts: Command): void {
  const act = (
    name: 'ack' | 'resolve' | 'snooze',
    action: 'alerts.acknowledge' | 'alerts.resolve' | 'alerts.snooze',
    description: string,
  ) => {
    const verb = alerts
      .command(`${name} <ids...>`)
      .description(description)
      .option(...noteOption);
    if (name === 'snooze') verb.requiredOption('--for <time>', 'such as 30m, 8h or 2d');
    verb.action((ids: string[], { note, for: time }: { note?: string; for?: string }, command: Command) =>
      runVerb(
        command,
        (given) => {
          const snoozeHours = time === undefined ? 0 : readHours(time);
          return changing(given, action, { ids }, async (console) => {
            const { actOnAlerts } = await requests();
            const deed = name === 'snooze' ? { snoozeHours } : name === 'ack' ? 'acknowledge' : 'resolve';
            const done = actOnAlerts(console, ids, deed, { by: osUser(), note: note ?? null });
            (await watch()).handOverNews(console);
            return done;
          });
        },
        ({ changed }) =>
          `${changed} ${changed === 1 ? 'alert' : 'alerts'} ${{ ack: 'acknowledged', resolve: 'resolved', snooze: 'snoozed' }[name]}${changed < ids.length ? '; the others were not open' : ''}`,
      ),
    );
  };
  act(
    'ack',
    'alerts.acknowledge',
    'somebody looks after it; it stays open, and is not told again unless it gets worse',
  );
  act('snooze', 'alerts.snooze', 'not told for a while, unless it gets worse');
  act('resolve', 'alerts.resolve', 'it is over because you say so; a cause that is still there comes back after a day');
}

function addRules(alerts: Command): void {
  alerts
    .command('rules')
    .description('the thresholds of the rules')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await rulesIn()).alertRules(console)),
        (rules) =>
          columns(
            ['RULE', 'VALUE'],
            ruleLines(rules).map(({ name, value }) => [name, String(value)]),
          ),
      ),
    );

  alerts
    .command('set <rule> <value>')
    .description(
      'set a threshold, such as `set sizePercent 30`, `set rpoHoursOf.shop 4` or `set quotaGigabytes.r2 500`',
    )
    .action((rule: string, value: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'alerts.saveRules', { name: rule }, async (console) => {
            const { alertRules } = await rulesIn();
            const { evaluateAlerts } = await watch();
            const saved = await (await requests()).saveAlertRules(console, withRule(alertRules(console), rule, value));
            evaluateAlerts(console, []);
            return saved;
          }),
        () => `${rule} is ${value} from now on`,
      ),
    );
}

function printAlerts({ alerts, open, lookedAt }: ListedAlerts): string {
  const looked = lookedAt === null ? 'nothing was looked at yet' : `last looked ${ageOf(lookedAt)}`;
  if (alerts.length === 0) return `No alert (${looked}).`;
  const total = Object.values(open).reduce((sum, count) => sum + count, 0);
  return [...alerts.map(printAlert), `${total} open, ${looked}`].join('\n\n');
}

function printAlert(alert: Alert): string {
  const { id, severity, type, status, message, hint, about, openedAt } = alert;
  const words = aboutWords(about);
  return [
    [severity.padEnd(8), type, words, `since ${formatMoment(openedAt)} (${ageOf(openedAt)})`]
      .filter(Boolean)
      .join('  '),
    `  ${message}`,
    ...(hint === '' || status === 'RESOLVED' ? [] : [`  ${hint}`]),
    `  ${[id, stateOf(alert)].join('  ')}`,
  ].join('\n');
}

function stateOf({ status, acknowledgedBy, snoozedUntil, resolvedBy, resolvedAt }: Alert): string {
  if (status === 'RESOLVED')
    return `resolved ${resolvedBy === null ? 'by itself' : `by ${resolvedBy}`} ${ageOf(resolvedAt!)}`;
  if (snoozedUntil !== null) return `snoozed until ${formatMoment(snoozedUntil)}`;
  return status === 'ACKNOWLEDGED' ? `acknowledged by ${acknowledgedBy}` : 'active';
}

function printHistory(entries: readonly AlertHistoryEntry[]): string {
  if (entries.length === 0) return 'Nothing has happened yet.';
  return columns(
    ['WHEN', 'WHAT', 'WHO', 'ALERT', ''],
    entries.map(({ at, event, by, alertId, note }) => [formatMoment(at), event, by ?? '', alertId, note ?? '']),
  );
}

function ageOf(iso: string): string {
  return formatAge((Date.now() - Date.parse(iso)) / 1000);
}

/** @throws USAGE */
function readHours(time: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(time) ?? [];
  const hours = Number(count) * ({ m: 1 / 60, h: 1, d: 24 }[unit ?? ''] ?? NaN);
  if (hours > 0 && hours <= 24 * 90) return hours;
  throw new Failure('USAGE', `${time} is no time to snooze for`, 'Give minutes, hours or days up to 90d: 30m, 8h, 2d.');
}

/** @throws USAGE */
function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit;
  throw new Failure('USAGE', `${text} is no limit`, 'Give a number from 1 to 10000.');
}
