import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { restMs } from '../../../main/notify/backoff.ts';
import { withoutSecrets } from '../../../main/notify/channelFailure.ts';
import { messageOf, type Sender } from '../../../main/notify/message.ts';
import { isBeforeSlot, isQuiet, selfTestSlot } from '../../../main/notify/quietHours.ts';
import { tells } from '../../../main/notify/route.ts';
import { shortText } from '../../../main/notify/sms.ts';
import { usualRoute, type Channel, type ChannelHealth } from '../../../shared/channel.ts';
import { news } from '../../support/notifyingConsole.ts';

const sender: Sender = { console: 'backup-pc', baseUrl: 'https://console.example/' };
const berlin = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin', criticalPasses: true };
const well: ChannelHealth = {
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
  failure: null,
  failures: 0,
  retryAt: null,
};

test('quiet hours go by the wall of their zone, over midnight and over both changes of the clock', () => {
  const quiet = (iso: string) => isQuiet(berlin, new Date(iso));
  expect(quiet('2026-11-22T20:59:00Z')).toBe(false);
  expect(quiet('2026-11-22T21:00:00Z')).toBe(true);
  expect(quiet('2026-11-23T05:59:00Z')).toBe(true);
  expect(quiet('2026-11-23T06:00:00Z')).toBe(false);
  // The night of 29 March 2026 is an hour short, that of 25 October an hour long.
  expect(quiet('2026-03-28T21:00:00Z')).toBe(true);
  expect(quiet('2026-03-29T04:59:00Z')).toBe(true);
  expect(quiet('2026-03-29T05:00:00Z')).toBe(false);
  expect(quiet('2026-10-25T05:59:00Z')).toBe(true);
  expect(quiet('2026-10-25T06:00:00Z')).toBe(false);
  expect(isQuiet({ ...berlin, from: '07:00' }, new Date('2026-11-23T06:00:00Z'))).toBe(false);
});

test('the weekly sign of life has one slot a week in every zone, whenever one looks', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
  const hours = 24 * 7 * 20;
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 6 }),
      fc.constantFrom('00:00', '02:30', '09:00', '23:59'),
      fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2034, 0) }),
      (timeZone, weekday, time, start) => {
        const slots = new Set<string>();
        for (let hour = 0; hour < hours; hour += 13)
          slots.add(selfTestSlot({ weekday, time, timeZone }, new Date(start + hour * 3_600_000)));
        expect(slots.size).toBeGreaterThanOrEqual(20);
        expect(slots.size).toBeLessThanOrEqual(21);
        for (const slot of slots) expect(new Date(`${slot.slice(0, 10)}T00:00:00Z`).getUTCDay()).toBe(weekday);
      },
    ),
    { numRuns: 10 },
  );
});

test('a channel that was set up after a slot has no part in it', () => {
  const selfTest = { weekday: 1, time: '09:00', timeZone: 'Europe/Berlin' };
  const slot = selfTestSlot(selfTest, new Date('2026-11-23T12:00:00Z'));
  expect(slot).toBe('2026-11-23T09:00');
  expect(isBeforeSlot(new Date('2026-11-23T07:59:00Z'), slot, 'Europe/Berlin')).toBe(true);
  expect(isBeforeSlot(new Date('2026-11-23T08:00:00Z'), slot, 'Europe/Berlin')).toBe(false);
});

test('a channel rests longer each time, never beyond half an hour, and as long as a service asks, up to an hour', () => {
  expect([1, 2, 3, 4].map((failures) => restMs(failures, null, 0) / 1000)).toEqual([30, 60, 120, 240]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: null }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, asked, chance) => {
        const rest = restMs(failures, asked, chance);
        expect(rest).toBeGreaterThanOrEqual(15_000);
        expect(rest).toBeGreaterThanOrEqual(Math.min(asked ?? 0, 3600) * 1000);
        expect(rest).toBeLessThanOrEqual(3_600_000);
        if (asked === null) expect(rest).toBeLessThanOrEqual(30 * 60_000);
      },
    ),
  );
});

test('a channel tells what is as bad as its threshold, and escalations only where they belong', () => {
  const mail: Channel = {
    name: 'mail',
    settings: { kind: 'slack', host: 'x' },
    route: usualRoute('slack'),
    createdAt: '',
  };
  const tellsOf = (more: Parameters<typeof news>[0], channel = mail, health = well) =>
    tells(channel, news(more), health);
  expect(tellsOf({ severity: 'WARNING' })).toBe(true);
  expect(tellsOf({ severity: 'INFO' })).toBe(false);
  expect(tellsOf({ event: 'escalated', severity: 'INFO' })).toBe(true);
  const still: Channel = { ...mail, route: { minSeverity: 'INFO', escalations: false, quiet: true } };
  expect(tellsOf({ event: 'escalated', severity: 'CRITICAL' }, still)).toBe(false);
  const failing = { ...well, failingSince: '2026-11-23T12:00:00Z' };
  expect(tellsOf({ type: 'CHANNEL_FAILURE' })).toBe(true);
  expect(tellsOf({ type: 'CHANNEL_FAILURE' }, mail, failing)).toBe(false);
  expect(tellsOf({ severity: 'CRITICAL' }, mail, failing)).toBe(true);
});

test('a text message is one message of plain letters, with the gravest part first', () => {
  const message = messageOf(
    '1',
    [{ kind: 'news', news: news({ message: `“Jörg’s” shop — ${'x'.repeat(300)}…` }) }],
    sender,
  );
  const text = shortText(message);
  expect(text).toHaveLength(160);
  expect(text).toMatch(/^ERROR: "Jorg's" shop - x+\.\.\.$/);
  expect(text).toMatch(/^[\x20-\x7e]+$/);
});

test('several pieces of news become one message that leads with the worst and names each', () => {
  const message = messageOf(
    '1',
    [
      { kind: 'news', news: news({ severity: 'WARNING', message: 'the store is 82% full' }) },
      { kind: 'news', news: news({ severity: 'CRITICAL', message: 'no backup for two days' }) },
      { kind: 'news', news: news({ event: 'resolved', severity: 'CRITICAL', message: 'r2 answers again' }) },
    ],
    sender,
  );
  expect(message.subject).toBe('CRITICAL: 3 messages of Strongroom on backup-pc');
  expect(message.lines).toEqual([
    'WARNING: shop: the store is 82% full',
    'CRITICAL: shop: no backup for two days',
    'RESOLVED: shop: r2 answers again',
  ]);
  expect(message.link).toBe('https://console.example/#/alerts');
});

test('nothing of a secret stays in a text of somebody else, whole, encoded or as part of an address', () => {
  const url = 'https://hooks.example/services/T0AAAAAAA/B0BBBBBBB/verySecretToken?key=alsoSecret';
  const said = `no such hook /services/T0AAAAAAA/B0BBBBBBB/verySecretToken?key=alsoSecret, tried ${url} with p%40ss%20word and p@ss word`;
  const clean = withoutSecrets(said, [url, 'p@ss word', null]);
  for (const secret of ['verySecretToken', 'T0AAAAAAA', 'alsoSecret', 'p@ss word', 'p%40ss%20word'])
    expect(clean).not.toContain(secret);
});
