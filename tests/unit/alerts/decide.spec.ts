import { expect, test } from '@playwright/test';
import { alertRulesSchema, usualRules } from '../../../shared/alertRules.ts';
import { decide, type Turn } from '../../../main/alerts/decide.ts';
import { about, type Condition } from '../../../main/alerts/rule.ts';
import type { KeptAlert } from '../../../main/state/alertRows.ts';
import { noon } from './someFacts.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function aCondition(parts: Partial<Condition> = {}): Condition {
  return {
    type: 'STORE_UNREACHABLE',
    severity: 'ERROR',
    fingerprint: 'STORE_UNREACHABLE:r2',
    occurrence: '',
    message: 'The store r2 cannot be used',
    hint: 'Look at the network.',
    about: about({ store: 'r2' }),
    link: '/stores',
    causes: [],
    ...parts,
  };
}

/** A ledger in memory with a clock that only the test moves. */
class Scene {
  alerts = new Map<string, KeptAlert>();
  news: string[] = [];
  history: string[] = [];
  now = noon;
  rules = usualRules;
  private ids = 0;

  /** What holds; `gone` is what the evidence says of all that does not. */
  look(holding: Condition[], gone: string | null = null): Turn[] {
    const since = new Date(this.now - this.rules.flapMinutes * minuteMs).toISOString();
    const known = [...this.alerts.values()].filter(
      ({ status, silenced, resolvedAt }) => status !== 'RESOLVED' || silenced || (resolvedAt ?? '') >= since,
    );
    const turns = decide(known, holding, {
      rules: this.rules,
      now: this.now,
      newId: () => `A${++this.ids}`,
      evidence: () => gone,
    });
    for (const { alert, history, news } of turns) {
      this.alerts.set(alert.id, alert);
      if (news) this.news.push(`${news} ${alert.severity}`);
      this.history.push(...history.map(({ event }) => event));
    }
    const open = [...this.alerts.values()].filter(({ status }) => status !== 'RESOLVED');
    expect(new Set(open.map(({ fingerprint }) => fingerprint)).size, 'one open alert of each cause').toBe(open.length);
    return turns;
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  told(): string[] {
    return this.news.splice(0);
  }

  change(parts: Partial<KeptAlert>): void {
    const [alert] = [...this.alerts.values()].slice(-1);
    this.alerts.set(alert!.id, { ...alert!, ...parts });
  }

  get only(): KeptAlert {
    expect(this.alerts.size).toBe(1);
    return [...this.alerts.values()][0]!;
  }
}

test('is told once, however often it is seen', () => {
  const scene = new Scene();
  for (let looks = 0; looks < 10; looks++) scene.pass(5 * minuteMs).look([aCondition()]);
  expect(scene.told()).toEqual(['opened ERROR']);
  expect(scene.only).toMatchObject({ status: 'ACTIVE', openedAt: new Date(noon + 5 * minuteMs).toISOString() });
  expect(scene.only.seenAt).toBe(new Date(scene.now).toISOString());
});

test('is resolved by evidence, and not by silence', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.pass(5 * minuteMs).look([], null);
  expect(scene.only.status).toBe('ACTIVE');
  scene.pass(5 * minuteMs).look([], 'r2 can be written again');
  expect(scene.only).toMatchObject({ status: 'RESOLVED', resolvedBy: null });
  expect(scene.told()).toEqual(['opened ERROR', 'resolved ERROR']);
  scene.pass(hourMs).look([], 'r2 can be written again');
  expect(scene.told()).toEqual([]);
});

test('one that comes back soon goes on, and has to stay away before it is resolved again', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.pass(5 * minuteMs).look([], 'gone');
  scene.told();
  scene.pass(5 * minuteMs).look([aCondition()]);
  expect(scene.only).toMatchObject({ status: 'ACTIVE', returns: 1, resolvedAt: null });
  expect(scene.told()).toEqual(['opened ERROR']);
  // From now on it flaps, and nobody is told of each turn.
  for (let turns = 0; turns < 20; turns++) {
    scene.pass(5 * minuteMs).look([], 'gone');
    scene.pass(5 * minuteMs).look([aCondition()]);
  }
  expect(scene.told().filter((told) => !told.startsWith('escalated'))).toEqual([]);
  scene.pass(5 * minuteMs).look([], 'gone');
  scene.pass(29 * minuteMs).look([], 'gone');
  expect(scene.only.status).toBe('ACTIVE');
  scene.pass(minuteMs).look([], 'gone');
  expect(scene.only.status).toBe('RESOLVED');
});

test('one that comes back later is a new one', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.pass(5 * minuteMs).look([], 'gone');
  scene.pass(31 * minuteMs).look([aCondition()]);
  expect(scene.alerts.size).toBe(2);
  expect(scene.told()).toEqual(['opened ERROR', 'resolved ERROR', 'opened ERROR']);
});

test('counts as worse once nobody has looked after it for its time, and only once', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.told();
  scene.pass(119 * minuteMs).look([aCondition()]);
  expect(scene.told()).toEqual([]);
  scene.pass(minuteMs).look([aCondition()]);
  expect(scene.told()).toEqual(['escalated CRITICAL']);
  expect(scene.only).toMatchObject({ severity: 'CRITICAL', escalatedAt: new Date(scene.now).toISOString() });
  scene.pass(5 * minuteMs).look([aCondition()]);
  expect(scene.only.severity, 'it stays worse').toBe('CRITICAL');
  expect(scene.told()).toEqual([]);
});

test('one that cannot be seen escalates all the same', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.told();
  scene.pass(2 * hourMs).look([], null);
  expect(scene.told()).toEqual(['escalated CRITICAL']);
});

test('a critical one is told again every four hours, until somebody has acknowledged it', () => {
  const scene = new Scene();
  const critical = aCondition({ severity: 'CRITICAL' });
  scene.look([critical]);
  for (let minutes = 0; minutes < 24 * 60; minutes += 5) scene.pass(5 * minuteMs).look([critical]);
  const told = scene.told();
  expect(told.slice(0, 2)).toEqual(['opened CRITICAL', 'escalated CRITICAL']);
  expect(told.slice(2)).toEqual(Array<string>(5).fill('reminder CRITICAL'));
  scene.change({ status: 'ACKNOWLEDGED', acknowledgedBy: 'anna', acknowledgedAt: new Date(scene.now).toISOString() });
  scene.pass(24 * hourMs).look([critical]);
  expect(scene.told()).toEqual([]);
});

test('neither escalates nor reminds where that was turned off, nor for what is only worth knowing', () => {
  const scene = new Scene();
  scene.rules = alertRulesSchema.parse({ escalateMinutes: { ERROR: 0 }, remindMinutes: 0 });
  const both = [aCondition(), aCondition({ fingerprint: 'TENANT_VANISHED:shop', severity: 'INFO' })];
  scene.look(both);
  scene.told();
  scene.pass(100 * 24 * hourMs).look(both);
  expect(scene.told()).toEqual([]);
});

test('an acknowledged one keeps still, until it gets worse', () => {
  const scene = new Scene();
  scene.look([aCondition({ severity: 'WARNING' })]);
  scene.change({ status: 'ACKNOWLEDGED', acknowledgedBy: 'anna', acknowledgedAt: new Date(noon).toISOString() });
  scene.told();
  scene.pass(30 * 24 * hourMs).look([aCondition({ severity: 'WARNING' })]);
  expect(scene.told()).toEqual([]);
  scene.pass(5 * minuteMs).look([aCondition({ severity: 'CRITICAL' })]);
  expect(scene.told()).toEqual(['escalated CRITICAL']);
  expect(scene.only).toMatchObject({ status: 'ACTIVE', acknowledgedBy: null });
});

test('an acknowledged failure is told again when it happens once more, not when it is seen once more', () => {
  const scene = new Scene();
  scene.look([aCondition({ occurrence: '01A' })]);
  scene.change({ status: 'ACKNOWLEDGED', acknowledgedBy: 'anna', acknowledgedAt: new Date(noon).toISOString() });
  scene.told();
  scene.pass(hourMs).look([aCondition({ occurrence: '01A' })]);
  expect(scene.told()).toEqual([]);
  scene.pass(hourMs).look([aCondition({ occurrence: '01B' })]);
  expect(scene.told()).toEqual(['opened ERROR']);
  expect(scene.only).toMatchObject({ status: 'ACTIVE', returns: 1, occurrence: '01B' });
  // What was mended does not make an older one new.
  scene.pass(hourMs).look([aCondition({ occurrence: '01A' })]);
  expect(scene.told()).toEqual([]);
});

test('a snoozed one is told again when the snooze ends, or when it gets worse', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.told();
  const snoozedUntil = new Date(scene.now + 8 * hourMs).toISOString();
  scene.change({ snoozedUntil });
  scene.pass(7 * hourMs).look([aCondition({ occurrence: '01B' })]);
  expect(scene.told()).toEqual([]);
  scene.pass(hourMs).look([aCondition({ occurrence: '01B' })]);
  expect(scene.told()).toEqual(['reminder ERROR']);
  expect(scene.only.snoozedUntil).toBeNull();
  scene.change({ snoozedUntil: new Date(scene.now + 8 * hourMs).toISOString() });
  scene.pass(5 * minuteMs).look([aCondition({ severity: 'CRITICAL', occurrence: '01B' })]);
  expect(scene.told()).toEqual(['escalated CRITICAL']);
  expect(scene.only.snoozedUntil).toBeNull();
});

const byAnna = (scene: Scene) => ({
  status: 'RESOLVED' as const,
  resolvedBy: 'anna',
  resolvedAt: new Date(scene.now).toISOString(),
  silenced: true,
});

test('a state that a person has resolved comes back after a day, if it is still so', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.change(byAnna(scene));
  scene.told();
  for (let hours = 1; hours < 24; hours++) scene.pass(hourMs).look([aCondition()]);
  expect(scene.told()).toEqual([]);
  scene.pass(hourMs).look([aCondition()]);
  expect(scene.told()).toEqual(['opened ERROR']);
  expect(scene.alerts.size).toBe(2);
});

test('a state that a person has resolved comes back at once when it was gone in between', () => {
  const scene = new Scene();
  scene.look([aCondition()]);
  scene.change(byAnna(scene));
  scene.told();
  scene.pass(hourMs).look([], 'gone');
  scene.pass(hourMs).look([aCondition()]);
  expect(scene.told()).toEqual(['opened ERROR']);
});

test('a failure that a person has resolved never comes back, only the next one does', () => {
  const scene = new Scene();
  scene.look([aCondition({ occurrence: '01A' })]);
  scene.change(byAnna(scene));
  scene.told();
  scene.pass(100 * 24 * hourMs).look([aCondition({ occurrence: '01A' })]);
  expect(scene.told()).toEqual([]);
  scene.pass(hourMs).look([aCondition({ occurrence: '01B' })]);
  expect(scene.told()).toEqual(['opened ERROR']);
});

test('one that gets better is not told, and stays as bad as its escalation', () => {
  const scene = new Scene();
  scene.look([aCondition({ severity: 'CRITICAL' })]);
  scene.told();
  scene.pass(minuteMs).look([aCondition()]);
  expect(scene.told()).toEqual([]);
  expect(scene.only.severity).toBe('ERROR');
});
