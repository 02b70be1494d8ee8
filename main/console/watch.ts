import { ulid } from 'ulid';
import type { RunningJob } from '../../shared/contract/jobs.ts';
import { reportFailure } from '../../shared/failure.ts';
import { decide } from '../alerts/decide.ts';
import type { RunningFacts } from '../alerts/facts.ts';
import { gatherFacts } from '../alerts/gatherFacts.ts';
import { evidenceOf, judge } from '../alerts/judge.ts';
import { crashIfAsked } from '../jobs/jobRunner.ts';
import { Lookout } from '../health/lookAround.ts';
import { withLogin } from '../postgres/passfile.ts';
import { alertRules } from './alertRules.ts';
import { consoleStores } from './assemble.ts';
import type { Console } from './console.ts';
import { tellNews } from './notices.ts';

/**
 * Compares what is known now with the alerts that are open, and notes the difference: in one transaction with what is to
 * be told, which is then handed over. Only an owner of the state folder does this.
 * @returns how many alerts have changed in a way that somebody should see.
 */
export function evaluateAlerts(console: Console, running: readonly RunningFacts[], now = Date.now()): number {
  const { alerts, settings, watched, looks, tenants, channels, preferences } = console;
  const rules = alertRules(console);
  const facts = gatherFacts({ settings, watched, looks, tenants, channels, preferences }, running, now);
  const known = alerts.changeable(new Date(now - rules.flapMinutes * 60_000).toISOString());
  const turns = decide(known, judge(facts, rules), {
    rules,
    now,
    newId: ulid,
    evidence: (alert) => evidenceOf(alert, facts, rules),
  });
  // Of a thousand open alerts most go on as they were.
  const asTheyWere = new Set(known);
  alerts.note(
    turns.filter(({ alert, history, news }) => !asTheyWere.has(alert) || history.length > 0 || news !== null),
    new Date(now).toISOString(),
  );
  crashIfAsked('alerts-noted');
  handOverNews(console);
  return turns.filter(({ history, news }) => history.length > 0 || news !== null).length;
}

/** After a job of the command line: what goes wrong here must not make a good backup look bad. */
export function evaluateAfterJob(console: Console): void {
  try {
    evaluateAlerts(console, []);
  } catch (error) {
    process.emitWarning(`the alerts could not be brought up to date: ${reportFailure(error).message}`);
  }
}

/** In the middle of a job: what it has found may be over when it ends, and is to be told all the same. */
export function alertNow(console: Console): void {
  if (console.judge) console.judge();
  else evaluateAfterJob(console);
}

/** What was written and not handed over before a power cut is handed over now. */
export function handOverNews(console: Console): void {
  console.alerts.handOver((news) => tellNews(console, news));
}

interface WatchPorts {
  running(): RunningJob[];
  /** Alerts have changed, or something was looked at. */
  onChanged(): void;
}

/** Several jobs may end at once. */
const settleMs = 200;

/** Looks after the console while it is open: at everything outside when the health check is due, at the alerts after every job. */
export class Watch {
  private readonly console: Console;
  private readonly ports: WatchPorts;
  private readonly lookout = new Lookout();
  private readonly ending = new AbortController();
  private soon: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(console: Console, ports: WatchPorts) {
    this.console = console;
    this.ports = ports;
  }

  /** The first look; when the next one is due, the schedule says. */
  start(): void {
    // What a crash has cut off is told at once, also while a store is waited for.
    this.happened();
    this.look().catch((error: unknown) =>
      process.emitWarning(`the health check failed: ${reportFailure(error).message}`),
    );
  }

  /** One look at everything; one that still goes on is not begun again. @throws what kept it from looking at all */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  /** Something has happened that the rules may have to say something of. */
  happened(): void {
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.evaluate();
    }, settleMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.soon);
    this.ending.abort();
    await this.looking?.catch(() => undefined); // whoever has asked for the look was told
  }

  private async lookOnce(): Promise<void> {
    try {
      await lookAround(this.console, this.ending.signal, this.lookout);
    } finally {
      if (!this.ending.signal.aborted) this.evaluate();
    }
  }

  /** Brings the alerts up to date now, with what runs. */
  evaluate(): void {
    if (this.ending.signal.aborted) return;
    const jobs = this.ports.running().filter(({ waiting }) => !waiting);
    try {
      evaluateAlerts(
        this.console,
        jobs.map(({ id, kind, subject, stage, startedAt, stalledSince }) => ({
          id,
          kind,
          subject,
          stage,
          startedAt: Date.parse(startedAt),
          movedAt: stalledSince === null ? Date.now() : Date.parse(stalledSince),
        })),
      );
    } catch (error) {
      process.emitWarning(`the alerts could not be brought up to date: ${reportFailure(error).message}`);
    }
    this.ports.onChanged();
  }
}

/** The health check: one look at everything, and the alerts brought up to date. @throws what kept it from looking at all */
export async function checkHealth(console: Console, signal: AbortSignal): Promise<void> {
  if (console.look) return console.look();
  await lookAround(console, signal);
  evaluateAlerts(console, []);
}

/** One look at every store and database of a console; what was seen is in its state. */
export async function lookAround(console: Console, signal: AbortSignal, lookout = new Lookout()): Promise<void> {
  const { settings, catalogue, looks, home } = console;
  await lookout.lookAround(
    {
      stores: consoleStores(console),
      sources: settings.sources(),
      looks,
      copiedBytes: (store) => catalogue.copiesIn(store).copiedBytes,
      withSource: async ({ name, connection }, work) =>
        withLogin(home.runDir, connection, await console.password(name, 'main'), work),
    },
    signal,
  );
}
