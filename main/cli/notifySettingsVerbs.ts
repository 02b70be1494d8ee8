import { Option, type Command } from 'commander';
import type { NotifySettings } from '../../shared/channel.ts';
import { notifySettingsSchema } from '../../shared/contract/notify.ts';
import { Failure } from '../../shared/failure.ts';
import { changing } from './changing.ts';
import { runVerb } from './run.ts';

export const onOrOff = ['on', 'off'];

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const zoneOption = 'such as Europe/Berlin (usually that of this machine)';

interface QuietOptions {
  from?: string;
  to?: string;
  zone?: string;
  critical: 'on' | 'off';
}

interface SelfTestOptions {
  day?: string;
  at?: string;
  zone?: string;
}

/** What counts for all channels: quiet hours, the weekly sign of life, and how the console is called. */
export function addNotifySettingsVerbs(notify: Command): void {
  notify
    .command('quiet <on|off>')
    .description('when channels keep still; what is held back comes at the end as one message')
    .option('--from <time>', 'such as 22:00')
    .option('--to <time>', 'such as 07:00')
    .option('--zone <name>', zoneOption)
    .addOption(new Option('--critical <on|off>', 'whether CRITICAL alerts pass').choices(onOrOff).default('on'))
    .action((state: string, { from, to, zone, critical }: QuietOptions, command: Command) =>
      save(command, state, () => ({
        quiet: {
          from: from ?? '22:00',
          to: to ?? '07:00',
          timeZone: zone ?? ownZone(),
          criticalPasses: critical === 'on',
        },
      })),
    );

  notify
    .command('self-test <on|off>')
    .description('when every channel says once a week that it works')
    .addOption(new Option('--day <day>').choices(days))
    .option('--at <time>', 'such as 09:00')
    .option('--zone <name>', zoneOption)
    .action((state: string, { day, at, zone }: SelfTestOptions, command: Command) =>
      save(command, state, () => ({
        selfTest: { weekday: days.indexOf(day ?? 'monday'), time: at ?? '09:00', timeZone: zone ?? ownZone() },
      })),
    );

  notify
    .command('sender')
    .description('how this console is called in messages, and where those who are told can reach it')
    .option('--name <name>', 'empty: the name of this machine')
    .option('--base-url <url>', 'for links; empty: none')
    .action((options: { name?: string; baseUrl?: string }, command: Command) =>
      save(command, 'on', () => ({
        ...(options.name === undefined ? {} : { consoleName: options.name || null }),
        ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl || null }),
      })),
    );
}

function save(command: Command, state: string, change: () => Partial<NotifySettings>): Promise<void> {
  return runVerb(
    command,
    async (verb) => {
      if (!onOrOff.includes(state)) throw new Failure('USAGE', `${state} is neither on nor off`, 'Say on or off.');
      const { saveNotifySettings, listChannels } = await import('../requests/channels.ts');
      return changing(verb, 'notify.settings', {}, (console) => {
        const chosen = change();
        const off = Object.fromEntries(Object.keys(chosen).map((name) => [name, null]));
        const wanted = { ...listChannels(console).settings, ...(state === 'on' ? chosen : off) };
        const parsed = notifySettingsSchema.safeParse(wanted);
        if (parsed.success) return saveNotifySettings(console, parsed.data);
        const issue = parsed.error.issues[0];
        throw new Failure('USAGE', issue?.message ?? 'this is not in order', 'Times are such as 22:00.');
      });
    },
    printSettings,
  );
}

function printSettings({ quiet, selfTest, consoleName, baseUrl }: NotifySettings): string {
  return [
    quiet === null
      ? 'quiet hours  none'
      : `quiet hours  ${quiet.from} to ${quiet.to}, ${quiet.timeZone}; critical ones ${quiet.criticalPasses ? 'pass' : 'wait too'}`,
    selfTest === null
      ? 'self-test    none: a dead channel is noticed by nobody'
      : `self-test    ${days[selfTest.weekday] ?? ''} ${selfTest.time}, ${selfTest.timeZone}`,
    `name         ${consoleName ?? 'that of this machine'}`,
    `address      ${baseUrl ?? 'none: messages have no links'}`,
  ].join('\n');
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
