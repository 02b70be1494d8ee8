import { expect, test } from '@playwright/test';
import { dueRun } from '../../../main/scheduler/dueRun.ts';
import { nextRun } from '../../../main/scheduler/nextRun.ts';
import { openState } from '../../../main/state/openState.ts';
import { Schedules } from '../../../main/state/schedules.ts';
import type { Rule } from '../../../shared/schedule.ts';
import { awkwardZones } from './zones.ts';

const tickMs = 5_000;
const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const end = Date.UTC(2036, 0, 1);

/** One schedule on a machine that sleeps and whose clock is set, as the scheduler treats it. */
class Machine {
  private readonly rule: Rule;
  private readonly random: () => number;
  private countsFrom = start;
  private now = start;
  private readonly schedules: Schedules;
  private readonly id: string;
  readonly runs: number[] = [];
  /** What the runs stand for: everything after the first moment, through the second. */
  readonly settled: [number, number][] = [];
  /** The longest that a run came after it was due, or after the machine was awake again. */
  latestMs = 0;

  constructor(schedules: Schedules, rule: Rule, random: () => number) {
    this.schedules = schedules;
    this.rule = rule;
    this.random = random;
    this.id = `${rule.cron} ${rule.zone}`;
  }

  live(): void {
    while (this.now < end) {
      this.stayAwake(this.now + this.random() * 60 * 24 * hourMs);
      const choice = this.random();
      if (choice < 0.6)
        this.now += this.random() ** 3 * 20 * 24 * hourMs; // sleeps, or is off
      else if (choice < 0.8)
        this.now += this.random() * 3 * hourMs; // the clock is set forward
      else this.now -= this.random() * 3 * hourMs; // or back
      this.look(this.now);
    }
  }

  /** Looks at each tick; those at which nothing can be due are left out. */
  private stayAwake(until: number): void {
    for (;;) {
      const next = nextRun(this.rule, Math.min(this.countsFrom, this.now));
      const tick = Math.max(next ?? until, this.now) + this.random() * tickMs;
      if (tick > until) break;
      this.now = tick;
      this.look(next ?? tick);
    }
    this.now = until;
    this.look(until);
  }

  private look(since: number): void {
    const from = this.countsFrom;
    const { run, countsFrom } = dueRun(this.rule, from, this.now);
    this.countsFrom = countsFrom;
    if (!run) return;
    this.latestMs = Math.max(this.latestMs, this.now - Math.max(run.nominal, since));
    this.settled.push([from, run.nominal]);
    const nominal = new Date(run.nominal).toISOString();
    const claimedAt = new Date(this.now).toISOString();
    if (this.schedules.claim(this.id, { nominal, claimedAt, jobId: nominal, missed: run.missed }))
      this.runs.push(run.nominal);
  }

  /** Moments of the rule that no run stands for. */
  missed(): string[] {
    const spans = this.settled.toSorted(([a], [b]) => a - b);
    const missed: string[] = [];
    let at = 0;
    let through = start;
    for (let due = nextRun(this.rule, start); due !== null && due <= end; due = nextRun(this.rule, due)) {
      for (; at < spans.length && spans[at]![0] < due; at++) through = Math.max(through, spans[at]![1]);
      if (due > through) missed.push(new Date(due).toISOString());
    }
    return missed;
  }
}

const rules = ['30 2 * * *', '0 3 * * 0', '0 3 1 * *'];

test('ten years in thirty zones, asleep now and then and with a clock that is set: nothing is missed, doubled or late', () => {
  const state = openState(':memory:', { check: false });
  const schedules = new Schedules(state);
  let runs = 0;
  for (const [index, zone] of awkwardZones.entries())
    for (const cron of rules) {
      const machine = new Machine(schedules, { cron, zone }, randomFrom(index * 7 + cron.length));
      state.transaction(() => machine.live())(); // committing each run by itself would take most of the time
      expect(machine.missed(), `${cron} in ${zone}`).toEqual([]);
      expect(machine.latestMs, `${cron} in ${zone}`).toBeLessThanOrEqual(60_000);
      expect(new Set(machine.runs).size, `${cron} in ${zone}`).toBe(machine.runs.length);
      runs += machine.runs.length;
    }
  state.close();
  expect(runs).toBeGreaterThan(50_000);
});

/** Mulberry32: the same machine each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
