import type { Command } from 'commander';
import { metricsAddress, metricsSettingsSchema, type MetricsSettings } from '../../shared/contract/metrics.ts';
import { Failure } from '../../shared/failure.ts';
import { formatCount, formatDuration } from '../../shared/format.ts';
import { lostPoints, scorePoints, type Health, type HealthPart } from '../../shared/health.ts';
import type { Console } from '../console/console.ts';
import { changing } from './changing.ts';
import { onOrOff } from './notifySettingsVerbs.ts';
import { runVerb, withConsole } from './run.ts';

const metering = () => import('../console/metering.ts');

/** The settings, and whether somebody answers there now. */
interface MetricsAnswer extends MetricsSettings {
  address: string;
  answers: boolean;
}

export function addMetricsVerbs(program: Command): void {
  program
    .command('health')
    .description('how healthy the backups are, and why every lost point is lost')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await metering()).readMeasures(console).health),
        printHealth,
      ),
    );

  const metrics = program.command('metrics').description('what Prometheus may read of this console');

  metrics
    .command('show')
    .description('whether metrics are served while the console runs, where, and whether they answer now')
    .action((_options: unknown, command: Command) =>
      runVerb(command, (verb) => withConsole(verb, false, showMetrics), printMetrics),
    );

  metrics
    .command('set <on|off>')
    .description('serve metrics to programs of this machine while the console runs, or do not')
    .option('--port <number>', 'where on 127.0.0.1 (stays what it was; at first 8433)')
    .action((state: string, { port }: { port?: string }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { Metering, metricsSettings } = await metering();
          const wanted = (console: Console) => readSettings(state, port, metricsSettings(console));
          return changing(
            verb,
            'metrics.save',
            (console) => ({ port: port ?? metricsSettings(console).port }),
            async (console) => {
              const trial = new Metering(console);
              await trial.save(wanted(console));
              await trial.stop();
              return showMetrics(console);
            },
          );
        },
        printMetrics,
      ),
    );

  metrics
    .command('print')
    .description('write the metrics to stdout: for a file that another exporter picks up')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) => ({ text: await (await metering()).metricsText(console) })),
        ({ text }) => text.trimEnd(),
      ),
    );
}

/** @throws USAGE */
function readSettings(state: string, port: string | undefined, before: MetricsSettings): MetricsSettings {
  if (!onOrOff.includes(state)) throw new Failure('USAGE', `${state} is neither on nor off`, 'Say on or off.');
  const parsed = metricsSettingsSchema.safeParse({
    enabled: state === 'on',
    port: port === undefined ? before.port : Number(port),
  });
  if (parsed.success) return parsed.data;
  throw new Failure('USAGE', `${port} is no port`, 'Give a number from 1 to 65535, such as 8433.');
}

async function showMetrics(console: Console): Promise<MetricsAnswer> {
  const settings = (await metering()).metricsSettings(console);
  const address = metricsAddress(settings.port);
  return { ...settings, address, answers: settings.enabled && (await answers(address)) };
}

/** Whether a console serves its metrics there; whatever else is there, or nothing, does not. */
async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
    return (await response.text()).includes('strongroom_build_info');
  } catch {
    return false; // the question is whether it can be reached
  }
}

function printMetrics({ enabled, address, answers: there }: MetricsAnswer): string {
  if (!enabled) return 'Metrics are not served. `strongroom metrics set on` serves them while the console runs.';
  return [
    `Metrics are at ${address} while the console runs, for programs of this machine only.`,
    there
      ? 'They answer now.'
      : 'Nobody answers there now: they are served while the desktop app or `strongroom serve` runs.',
  ].join('\n');
}

function printHealth({ score, parts, runs, recovery }: Health): string {
  const head =
    score === null
      ? 'Health is not known: no database is connected yet. Next: strongroom source add NAME --url URL'
      : `Health ${scorePoints(score)} of 100${score < 1 ? ', and why not more:' : ': nothing is lost.'}`;
  return [
    head,
    ...(score === null ? [] : parts.flatMap((part) => partLines(part, parts))),
    '',
    `Backups that went well   ${runs.ended === 0 ? `none was made in ${runs.days} days` : `${formatCount(runs.well)} of ${formatCount(runs.ended)} in ${runs.days} days`}`,
    `Mean time to recovery    ${recovery.alertSeconds === null ? `no grave alert has ended in ${recovery.days} days` : `${formatDuration(recovery.alertSeconds)}, of ${formatCount(recovery.alerts)} grave alerts in ${recovery.days} days`}`,
    `Restores took            ${recovery.restoreSeconds === null ? `none was proven in ${recovery.days} days` : `${formatDuration(recovery.restoreSeconds)} on average, of ${formatCount(recovery.restores)} in ${recovery.days} days`}`,
  ].join('\n');
}

function partLines(part: HealthPart, parts: readonly HealthPart[]): string[] {
  const { name, value, found, raise } = part;
  const points = value === null ? '   ?' : value === 1 ? '  ok' : `-${lostPoints(part, parts).toFixed(1)}`.padStart(4);
  return [
    `  ${points.padStart(5)}  ${name.padEnd(23)} ${found}`,
    ...(raise === null ? [] : [`${' '.repeat(33)}${raise}`]),
  ];
}
