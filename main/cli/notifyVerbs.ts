import { Option, type Command } from 'commander';
import { severities, type Severity } from '../../shared/alert.ts';
import { calledAfter, channelKinds, mailTls, outboxStatuses, smsBodies, type Route } from '../../shared/channel.ts';
import type { ChannelView, OutboxEntry } from '../../shared/contract/notify.ts';
import { channelFormOf, type ChannelOptions } from './channelForm.ts';
import { changing } from './changing.ts';
import { columns } from './columns.ts';
import { addNotifySettingsVerbs, onOrOff } from './notifySettingsVerbs.ts';
import { runVerb, withConsole } from './run.ts';
import { readSecret } from './secretInput.ts';

const requests = () => import('../requests/channels.ts');

interface AddOptions extends ChannelOptions {
  secretStdin?: boolean;
  replace?: boolean;
}

interface RouteOptions {
  minSeverity?: Severity | 'none';
  escalations?: 'on' | 'off';
  quiet?: 'on' | 'off';
}

const settable = channelKinds.filter((kind) => kind !== 'system');

export function addNotifyVerbs(program: Command): void {
  const notify = program.command('notify').description('the channels by which people are told of alerts');

  notify
    .command('add <name>')
    .description('add a channel; what it keeps secret is read from stdin or asked for')
    .addOption(new Option('--kind <kind>').choices(settable).makeOptionMandatory())
    .option('--host <name>', 'email: the mail server')
    .option('--port <number>', 'email: usually 465 with tls, 587 with starttls')
    .addOption(new Option('--tls <how>', 'email').choices([...mailTls]))
    .option('--user <name>', 'email: who signs in; sms: whose password the secret is')
    .option('--from <address>', 'email, sms: the sender')
    .option('--to <address...>', 'email, sms: the receivers')
    .option('--account <sid>', 'sms by Twilio: the account, in the place of --url')
    .option('--url <url>', 'sms: the gateway ({secret} is filled in); pagerduty: another region')
    .option('--body <template>', 'sms by another gateway: with {to}, {from}, {text}, {secret}')
    .addOption(new Option('--body-as <form>', 'sms: how the body is written').choices([...smsBodies]))
    .option('--source <name...>', 'deadman: the databases that must be good; all of them unless given')
    .option(
      '--secret-stdin',
      'read the secret from stdin: the password, key or token; for slack, webhook and deadman the address, ' +
        'and for a webhook that is to be signed its key in a second line',
    )
    .option('--replace', 'change the channel of this name; without a secret it keeps its own')
    .action((name: string, options: AddOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { addChannel, changeChannel } = await requests();
          const form = channelFormOf(name, options, await secretFor(options, verb.signal));
          const [action, work] = options.replace
            ? (['notify.change', changeChannel] as const)
            : (['notify.add', addChannel] as const);
          return changing(verb, action, { name }, (console) => work(console, form));
        },
        (channel) => [printChannel(channel), `  next: strongroom notify test ${channel.name}`].join('\n'),
      ),
    );

  notify
    .command('list')
    .description('the channels, what each tells, and how it has fared')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await requests()).listChannels(console)),
        ({ channels }) =>
          channels.length === 0
            ? 'No channel yet: nobody is told of anything. strongroom help notify add'
            : channels.map(printChannel).join('\n'),
      ),
    );

  notify
    .command('test <name>')
    .description('send a real message; fails with the reason when the service does not take it')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await requests()).testChannel(console, name)),
        ({ seconds }) => `${name} has taken a test message, in ${seconds.toFixed(1)} s`,
      ),
    );

  notify
    .command('route <name>')
    .description('say what a channel tells')
    .addOption(
      new Option('--min-severity <severity>', 'this and all that is worse; none: nothing by its severity').choices([
        ...severities,
        'none',
      ]),
    )
    .addOption(new Option('--escalations <on|off>', 'what nobody has looked at for too long').choices(onOrOff))
    .addOption(new Option('--quiet <on|off>', 'whether it keeps still in the quiet hours').choices(onOrOff))
    .action((name: string, options: RouteOptions, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'notify.route', { name }, async (console) =>
            (await requests()).routeChannel(console, name, routeIn(options)),
          ),
        printChannel,
      ),
    );

  notify
    .command('remove <name>')
    .description('forget a channel, its secrets, and what waits for it')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'notify.remove', { name }, async (console) => (await requests()).removeChannel(console, name)),
        () => `${name} is forgotten`,
      ),
    );

  notify
    .command('outbox')
    .description('what waits to be told, and what was given up')
    .option('--all', 'also what was delivered or overtaken')
    .action((options: { all?: boolean }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) =>
            (await requests()).listOutbox(console, options.all ? outboxStatuses : ['WAITING', 'GIVEN_UP']),
          ),
        printOutbox,
      ),
    );

  addNotifySettingsVerbs(notify);
}

/** Null where there is none, which may be right: a mail server without a password. */
async function secretFor(
  { kind, user, secretStdin, replace }: AddOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const needless = replace || (kind === 'email' && user === undefined);
  return needless && !secretStdin ? null : readSecret(secretStdin ?? false, 'Secret: ', signal);
}

function routeIn({ minSeverity, escalations, quiet }: RouteOptions): Partial<Route> {
  return {
    ...(minSeverity === undefined ? {} : { minSeverity: minSeverity === 'none' ? null : minSeverity }),
    ...(escalations === undefined ? {} : { escalations: escalations === 'on' }),
    ...(quiet === undefined ? {} : { quiet: quiet === 'on' }),
  };
}

function printChannel(channel: ChannelView): string {
  const { name, kind, place, settings, route, warnings, failingSince, failure, lastSuccessAt, waiting, held } = channel;
  const tells = [
    route.minSeverity === null ? 'no alerts by severity' : `${route.minSeverity} and worse`,
    ...(route.escalations ? ['escalations'] : []),
    ...(route.quiet ? ['not in the quiet hours'] : []),
  ].join(', ');
  const lines = [`${name}  ${kind}  ${place}`];
  lines.push(settings.kind === 'deadman' ? `  is called ${calledAfter(settings.sources)}` : `  tells     ${tells}`);
  if (failingSince !== null)
    lines.push(`  FAILING   since ${failingSince}: ${failure?.message ?? ''}`, `            ${failure?.hint ?? ''}`);
  lines.push(`  success   ${lastSuccessAt ?? 'never yet'}`);
  if (waiting > 0)
    lines.push(`  waiting   ${waiting}${held > 0 ? `, ${held} of them for the end of the quiet hours` : ''}`);
  return [...lines, ...warnings.map((warning) => `  WARN      ${warning}`)].join('\n');
}

function printOutbox({ entries }: { entries: OutboxEntry[] }): string {
  if (entries.length === 0) return 'Nothing waits, and nothing was given up.';
  return columns(
    ['SINCE', 'CHANNEL', 'STATE', 'TRIES', 'WHAT', 'WHY NOT YET'],
    entries.map(({ createdAt, channel, status, held, attempts, what, failure }) => [
      createdAt,
      channel,
      held && status === 'WAITING' ? 'quiet hours' : status.toLowerCase().replace('_', ' '),
      String(attempts),
      what,
      failure?.message ?? '',
    ]),
  );
}
