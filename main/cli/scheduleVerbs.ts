import type { Command } from 'commander';
import type { OneOffView, ScheduleList, ScheduleView } from '../../shared/contract/schedules.ts';
import { Failure } from '../../shared/failure.ts';
import { scheduledKinds, type ScheduledKind } from '../../shared/schedule.ts';
import type { Console } from '../console/console.ts';
import { osUser } from '../console/osUser.ts';
import { changing } from './changing.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';

interface SetOptions {
  cron?: string;
  zone?: string;
  off?: boolean;
  on?: boolean;
}

interface AtOptions {
  tenant?: string[];
  note?: string;
  pin?: boolean;
  notify?: string;
}

export function addScheduleVerbs(program: Command): void {
  addRunVerb(program);
  const schedule = program.command('schedule').description('what runs by itself while the console is open or served');
  schedule
    .command('list', { isDefault: true })
    .description('every schedule, its next and its last run')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) =>
            (await import('../requests/schedules.ts')).listSchedules(console, Date.now()),
          ),
        printSchedules,
      ),
    );

  schedule
    .command('set <job> [source]')
    .description('change when a job runs, or whether it does')
    .option('--cron <expression>', 'minute, hour, day of the month, month, day of the week: "0 2 * * *"')
    .option('--zone <zone>', 'IANA name of the time zone, such as Europe/Berlin')
    .option('--off', 'it does not run by itself any more')
    .option('--on', 'it runs by itself again')
    .action((job: string, source: string | undefined, options: SetOptions, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'schedules.set', { name: job, source }, async (console) => {
            const requests = await import('../requests/schedules.ts');
            const known = scheduleOf(console, job, source);
            if (options.on && options.off)
              throw new Failure('USAGE', 'on and off were both given', 'Give --on or --off.');
            const { id, cron = known.cron, zone = known.zone } = { id: known.id, ...options };
            const enabled = options.off ? false : options.on ? true : known.enabled;
            return requests.setSchedule(console, { id, cron, zone, enabled }, Date.now());
          }),
        (set) => `${printName(set)}: ${set.words} (${set.zone}), ${nextOf(set)}`,
      ),
    );

  schedule
    .command('next [job] [source]')
    .description('the next runs, in the order in which they come')
    .option('--count <number>', 'how many', '10')
    .action((job: string | undefined, source: string | undefined, options: { count: string }, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) => {
            const requests = await import('../requests/schedules.ts');
            const kind = job === undefined ? undefined : kindOf(job);
            const count = positive(options.count);
            return { next: requests.nextRuns(console, { kind, source }, Date.now(), count) };
          }),
        ({ next }) =>
          next.length === 0
            ? 'Nothing runs by itself.'
            : columns(
                ['AT (UTC)', 'THERE', 'ZONE', 'JOB', 'SOURCE'],
                next.map((run) => [short(run.at), run.local, run.zone, run.kind, run.source ?? '']),
              ),
      ),
    );

  schedule
    .command('pause')
    .description('nothing begins by itself until `schedule resume`; what runs goes on')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'schedules.pause', {}, async (console) => {
            await (await import('../requests/schedules.ts')).pause(console, osUser(), Date.now());
            return { paused: true };
          }),
        () => 'PAUSED: nothing runs by itself until `strongroom schedule resume`.',
      ),
    );

  schedule
    .command('resume')
    .description('everything runs by itself again; what was missed runs once')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'schedules.resume', {}, async (console) => {
            await (await import('../requests/schedules.ts')).resume(console);
            return { paused: false };
          }),
        () => 'Everything runs by itself again while the console is open or served. What was missed runs once.',
      ),
    );

  schedule
    .command('at <time> <job> [source]')
    .description('run a job once, at a moment to come: 2026-12-24T18:00, or with Z or an offset such as +01:00')
    .option('--tenant <id...>', 'of a tenant backup: which ones; all unless given')
    .option('--note <text>', 'a note to find the backup by')
    .option('--pin', 'never let retention delete the backup')
    .option('--notify <when>', 'tell how it ended: always, failure', 'failure')
    .action((time: string, job: string, source: string | undefined, options: AtOptions, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'schedules.at', { name: `${job} ${time}`, source }, async (console) => {
            const requests = await import('../requests/schedules.ts');
            const at = momentOf(time);
            const ask = {
              kind: kindOf(job),
              source: source ?? null,
              tenants: options.tenant ?? null,
              at,
              note: options.note ?? null,
              pinned: options.pin ?? false,
              notify: options.notify === 'always' ? ('always' as const) : ('failure' as const),
            };
            return { ...requests.addOneOff(console, ask, Date.now()), ...ask };
          }),
        ({ id, kind, source: of, at }) =>
          `${id}  ${[kind, of].filter(Boolean).join(' ')} at ${at}, if the console is open or served then or later.`,
      ),
    );

  schedule
    .command('cancel <id>')
    .description('take back what `schedule at` asked for')
    .action((id: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'schedules.cancel', { id }, async (console) => {
            (await import('../requests/schedules.ts')).cancelOneOff(console, id);
            return { id, cancelled: true };
          }),
        () => 'It is cancelled.',
      ),
    );
}

function addRunVerb(program: Command): void {
  program
    .command('run <job> [source]')
    .description('run a scheduled job now, here')
    .action((name: string, source: string | undefined, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'schedules.run', { name, source }, async (console, { signal, watcher }) => {
            const { checkSubject, jobOf } = await import('../requests/schedules.ts');
            const kind = kindOf(name);
            const job = jobOf(kind);
            checkSubject(console, kind, source ?? null);
            const ask = { source: source ?? null, tenants: null, note: null, pinned: false };
            const result = await job.run(console, ask, { signal, watcher });
            const [ended] = console.jobLog.list(1);
            const logged = ended?.kind === job.logged ? ended : null;
            return {
              job: kind,
              source: ask.source,
              status: logged?.status ?? 'DONE',
              failure: logged?.failure ?? null,
              result,
            };
          }),
        ({ job, source: of, status, failure }) =>
          `${[job, of].filter(Boolean).join(' ')}: ${status}${failure ? `, ${failure.message}\nhint: ${failure.hint}` : ''}`,
        ({ status }) => (status === 'DONE' ? 0 : 1),
      ),
    );
}

function printSchedules({ paused, schedules, oneOffs }: ScheduleList): string {
  const table = columns(
    ['JOB', 'SOURCE', 'WHEN', 'ZONE', 'NEXT (UTC)', 'LAST (UTC)', 'ENDED'],
    schedules.map((one) => [
      one.kind,
      one.source ?? '',
      one.words,
      one.zone,
      one.next === null ? 'off' : short(one.next),
      one.last ? short(one.last.nominal) : 'never',
      one.last ? lastOf(one) : '',
    ]),
  );
  const once = oneOffs.map((one) => [one.id, one.kind, one.source ?? '', short(one.at), stateOf(one)]);
  return [
    ...(paused ? [`PAUSED since ${short(paused.since)} by ${paused.by}: nothing runs by itself.`, ''] : []),
    schedules.length === 0 ? 'No schedule yet: it comes with the first source.' : table,
    ...(once.length > 0 ? ['', columns(['ONCE', 'JOB', 'SOURCE', 'AT (UTC)', 'STATE'], once)] : []),
  ].join('\n');
}

function lastOf({ last }: ScheduleView): string {
  if (!last) return '';
  const missed = last.missed > 0 ? ` (stands for ${last.missed} more)` : '';
  return `${last.outcome ?? 'under way'}${missed}${last.reason ? `: ${last.reason}` : ''}`;
}

function stateOf({ jobId, outcome }: OneOffView): string {
  return jobId === null ? 'waits' : (outcome ?? 'under way');
}

function nextOf({ next }: ScheduleView): string {
  return next === null ? 'off' : `next at ${next}`;
}

function printName({ kind, source }: Pick<ScheduleView, 'kind' | 'source'>): string {
  return source === null ? kind : `${kind} ${source}`;
}

function short(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** @throws SCHEDULE_NOT_FOUND */
function scheduleOf(console: Console, job: string, source: string | undefined) {
  const kind = kindOf(job);
  const found = console.schedules.all().find((one) => one.kind === kind && one.source === (source ?? null));
  if (found) return found;
  throw new Failure(
    'SCHEDULE_NOT_FOUND',
    `there is no schedule for ${[job, source].filter(Boolean).join(' ')}`,
    '`strongroom schedule list` shows them.',
  );
}

/** @throws USAGE */
function kindOf(text: string): ScheduledKind {
  const kind = scheduledKinds.find((one) => one === text.toLowerCase());
  if (kind) return kind;
  throw new Failure('USAGE', `there is no job ${text}`, `Choose one of ${scheduledKinds.join(', ')}.`);
}

/** Without an offset it is the time of this machine. @throws USAGE */
function momentOf(text: string): string {
  const moment = new Date(text);
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) && !Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new Failure('USAGE', `${text} is no moment`, 'Give day and time, such as 2026-12-24T18:00.');
}

/** @throws USAGE */
function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= 1000) return count;
  throw new Failure('USAGE', `${text} is no number of runs`, 'Give --count from 1 to 1000.');
}
