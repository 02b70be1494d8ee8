import { untouchedSince } from '../../../main/alerts/decide.ts';
import { expect } from '@playwright/test';
import type { AlertNews } from '../../../shared/alert.ts';
import { AlertLedger } from '../../../main/state/alertLedger.ts';
import type { KeptAlert } from '../../../main/state/alertRows.ts';
import { openState } from '../../../main/state/openState.ts';
import { test as base } from '../../support/scratchFolder.ts';

const at = '2026-11-22T12:00:00.000Z';
const later = '2026-11-22T13:00:00.000Z';

function anAlert(number: number, parts: Partial<KeptAlert> = {}): KeptAlert {
  return {
    id: `01A${String(number).padStart(23, '0')}`,
    type: 'BACKUP_FAILURE',
    severity: 'ERROR',
    status: 'ACTIVE',
    fingerprint: `BACKUP_FAILURE:full:shop${number}`,
    occurrence: '01J',
    message: 'The backup of shop failed',
    hint: 'Take another one.',
    about: { source: 'shop', tenant: null, store: null, backupId: '01B', restoreId: null, jobId: '01J' },
    link: '/jobs',
    ...untouchedSince(at),
    ...parts,
  };
}

const opened = (alert: KeptAlert) => ({
  alert,
  history: [{ event: 'opened' as const, note: alert.message }],
  news: 'opened' as const,
});

const test = base.extend<{ ledger: AlertLedger }>({
  ledger: async ({ state }, use) => use(new AlertLedger(state)),
});

test('gives back every alert as it was written', ({ ledger }) => {
  const alert = anAlert(1, {
    flapping: true,
    silenced: true,
    snoozedUntil: later,
    about: { ...anAlert(1).about, tenant: '7' },
  });
  ledger.note([opened(alert)], at);
  expect(ledger.get(alert.id)).toEqual(alert);
  ledger.note([{ alert: { ...alert, seenAt: later }, history: [], news: null }], later);
  expect(ledger.get(alert.id)).toEqual({ ...alert, seenAt: later });
  expect(ledger.history(alert.id, 10), 'writing it again keeps its history').toHaveLength(1);
});

test('refuses a second open alert of the same cause, and everything that came with it', ({ ledger }) => {
  ledger.note([opened(anAlert(1))], at);
  const twin = anAlert(2, { fingerprint: anAlert(1).fingerprint });
  expect(() => ledger.note([opened(anAlert(3)), opened(twin)], at)).toThrow(/UNIQUE/);
  expect(ledger.list({}, 10)).toHaveLength(1);
});

test('lists the worst first, then the newest, and resolved ones last', ({ ledger }) => {
  const all = [
    anAlert(1, { severity: 'INFO' }),
    anAlert(2, { severity: 'CRITICAL', status: 'RESOLVED', resolvedAt: at }),
    anAlert(3, { severity: 'ERROR' }),
    anAlert(4, { severity: 'ERROR', openedAt: later }),
    anAlert(5, { severity: 'CRITICAL', type: 'RPO_BREACH', about: { ...anAlert(5).about, backupId: null } }),
  ];
  ledger.note(all.map(opened), at);
  const numbers = (filter: Parameters<AlertLedger['list']>[0]) =>
    ledger.list(filter, 10).map(({ id }) => Number(id.slice(-1)));
  expect(numbers({})).toEqual([5, 4, 3, 1, 2]);
  expect(numbers({ open: true })).toEqual([5, 4, 3, 1]);
  expect(numbers({ type: 'RPO_BREACH' })).toEqual([5]);
  expect(numbers({ severity: 'ERROR' })).toEqual([4, 3]);
  expect(numbers({ backupId: '01B' })).toEqual([4, 3, 1, 2]);
  expect(ledger.openCounts()).toEqual({ CRITICAL: 1, ERROR: 2, WARNING: 0, INFO: 1 });
});

test('remembers who has done what to an alert, when and why', ({ ledger }) => {
  const { id } = anAlert(1);
  ledger.note([opened(anAlert(1))], at);
  expect(ledger.acknowledge([id, id], { by: 'anna', at: later, note: 'calling the provider' })).toBe(1);
  expect(ledger.acknowledge([id], { by: 'bert', at: later, note: null }), 'anna was first').toBe(0);
  expect(ledger.get(id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedBy: 'anna', acknowledgedAt: later });
  expect(ledger.snooze([id], '2026-11-23T00:00:00.000Z', { by: 'anna', at: later, note: null })).toBe(1);
  expect(ledger.get(id)).toMatchObject({ status: 'ACTIVE', snoozedUntil: '2026-11-23T00:00:00.000Z' });
  expect(ledger.resolve([id], { by: 'bert', at: later, note: 'new disk' })).toBe(1);
  expect(ledger.resolve([id], { by: 'bert', at: later, note: null })).toBe(0);
  expect(ledger.get(id)).toMatchObject({ status: 'RESOLVED', resolvedBy: 'bert', snoozedUntil: null });
  expect(ledger.history(id, 10).map(({ event, by, note }) => [event, by, note])).toEqual([
    ['opened', null, 'The backup of shop failed'],
    ['acknowledged', 'anna', 'calling the provider'],
    ['snoozed', 'anna', null],
    ['resolved', 'bert', 'new disk'],
  ]);
});

test('does all of what was asked or nothing', ({ ledger }) => {
  ledger.note([opened(anAlert(1))], at);
  const act = { by: 'anna', at: later, note: null };
  expect(() => ledger.resolve([anAlert(1).id, 'nobody'], act)).toThrow(
    expect.objectContaining({ code: 'ALERT_NOT_FOUND' }),
  );
  expect(ledger.get(anAlert(1).id)?.status).toBe('ACTIVE');
});

test('hands over each piece of news once, and what was cut off before that at the next start', ({ ledger, folder }) => {
  ledger.note([opened(anAlert(1)), opened(anAlert(2))], at);
  const path = `${folder}/state.sqlite`;
  const taken: AlertNews[] = [];
  const take = (news: readonly AlertNews[]) => void taken.push(...news);
  const cutOff = (news: readonly AlertNews[]) => {
    take(news);
    throw new Error('the power is gone');
  };
  expect(() => ledger.handOver(cutOff)).toThrow('the power is gone');
  const state = openState(path, { check: false });
  const again = new AlertLedger(state);
  again.handOver(take);
  again.handOver(take);
  state.close();
  expect(taken.map(({ alertId }) => Number(alertId.slice(-1)))).toEqual([1, 2, 1, 2]);
  expect(taken.slice(2), 'the same pieces, known by their ids').toEqual(taken.slice(0, 2));
  expect(taken[0]).toMatchObject({ event: 'opened', severity: 'ERROR', message: 'The backup of shop failed', at });
});

test('what a person resolves is told as well', ({ ledger }) => {
  ledger.note([opened(anAlert(1))], at);
  ledger.handOver(() => undefined);
  ledger.resolve([anAlert(1).id], { by: 'anna', at: later, note: null });
  const told: string[] = [];
  ledger.handOver((news) => told.push(...news.map(({ event }) => event)));
  expect(told).toEqual(['resolved']);
});
