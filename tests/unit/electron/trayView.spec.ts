import { expect, test } from '@playwright/test';
import type { Evidence } from '../../../shared/contract/overview.ts';
import { trayMenu } from '../../../main/electron/trayMenu.ts';
import { dayAndTime, trayView, type KnownToTray } from '../../../main/electron/trayView.ts';

const now = new Date(2026, 10, 22, 14, 17);
const at = (day: number, hour: number, minute: number) => new Date(2026, 10, day, hour, minute).toISOString();

function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    source: 'shop',
    database: 'shop',
    state: 'good',
    restorableTo: at(22, 14, 5),
    backupId: '01JD0000000000000000000000',
    restoreSeconds: null,
    provenBy: null,
    provenAt: null,
    goodCopies: 3,
    wantedCopies: 3,
    problems: [],
    ...more,
  };
}

function known(more: Partial<KnownToTray> = {}): KnownToTray {
  return {
    overview: { evidence: [evidence()], problems: [] },
    alerts: [],
    failure: null,
    running: [],
    endsAfterJobs: false,
    paused: false,
    ...more,
  };
}

const problem = (severity: 'warning' | 'bad', sentence: string) => ({ severity, sentence, hint: 'Do it.', link: null });

test('a shop that is well is green, with its newest moment and its copies', () => {
  expect(trayView(known(), now)).toEqual({
    icon: 'good',
    sentence: 'shop is restorable to today 14:05, 3/3 copies',
    lastBackup: { label: 'Last backup: shop, today 14:05', path: '/backups/01JD0000000000000000000000' },
    alerts: null,
    sources: ['shop'],
    running: null,
    paused: false,
  });
});

test('the worst of several databases is what the icon tells', () => {
  const late = evidence({
    source: 'archive',
    state: 'bad',
    restorableTo: at(19, 2, 0),
    problems: [problem('bad', 'The newest backup is 3 days old')],
  });
  const view = trayView(known({ overview: { evidence: [evidence(), late], problems: [] } }), now);
  expect(view).toMatchObject({
    icon: 'bad',
    sentence: 'archive: The newest backup is 3 days old',
    sources: ['archive', 'shop'],
  });
  expect(view.lastBackup.label).toBe('Last backup: shop, today 14:05');
});

test('a problem of the console as a whole keeps the icon from green', () => {
  const overview = { evidence: [evidence()], problems: [problem('warning', 'Nobody has proven the kit')] };
  expect(trayView(known({ overview }), now).icon).toBe('warning');
});

for (const [what, more, sentence] of [
  ['nothing is set up', { overview: null }, 'Strongroom is not set up yet'],
  ['there is no database', { overview: { evidence: [], problems: [] } }, 'No database is protected yet'],
  [
    'the console does not answer',
    { overview: null, failure: 'the disk is full' },
    'Strongroom cannot tell how things stand: the disk is full',
  ],
  [
    'nothing is known',
    { overview: { evidence: [evidence({ state: 'unknown', restorableTo: null, backupId: null })], problems: [] } },
    'shop: nothing is known yet',
  ],
] as const)
  test(`the icon is grey and never green while ${what}`, () => {
    expect(trayView(known(more as Partial<KnownToTray>), now)).toMatchObject({ icon: 'unknown', sentence });
  });

test('the worst open alert is what the icon, the tooltip and the menu tell', () => {
  const alerts = [
    { severity: 'ERROR' as const, message: 'The backup of shop failed' },
    { severity: 'WARNING' as const, message: 'The store r2 is 81% full' },
  ];
  expect(trayView(known({ alerts }), now)).toMatchObject({
    icon: 'bad',
    sentence: 'The backup of shop failed',
    alerts: '2 alerts: The backup of shop failed',
  });
  expect(trayView(known({ alerts: alerts.slice(1) }), now)).toMatchObject({
    icon: 'warning',
    sentence: 'The store r2 is 81% full',
    alerts: 'Alert: The store r2 is 81% full',
  });
});

test('a database that is worse off than any alert is told first', () => {
  const overview = { evidence: [evidence({ state: 'bad', problems: [problem('bad', 'It is late')] })], problems: [] };
  const alerts = [{ severity: 'WARNING' as const, message: 'The store r2 is 81% full' }];
  expect(trayView(known({ overview, alerts }), now)).toMatchObject({ icon: 'bad', sentence: 'shop: It is late' });
});

test('what runs comes first', () => {
  const running = [
    { kind: 'backup full', subject: 'shop', stage: 'dumping rows' },
    { kind: 'verify', subject: '3 backups', stage: 'fetching' },
  ];
  expect(trayView(known({ running }), now)).toMatchObject({
    icon: 'working',
    sentence: 'Backup of shop and 1 more is running',
    running: 'Backup of shop and 1 more: dumping rows',
  });
  expect(trayView(known({ running, endsAfterJobs: true }), now).sentence).toMatch(/Strongroom quits when it is done$/);
});

test('a sentence fits the tooltip of Windows', () => {
  const long = evidence({ state: 'bad', problems: [problem('bad', 'x'.repeat(300))] });
  const { sentence } = trayView(known({ overview: { evidence: [long], problems: [] } }), now);
  expect(sentence).toHaveLength(127);
  expect(sentence).toMatch(/…$/);
});

test('a schedule that is paused is said first, and the menu lets it go on', () => {
  const view = trayView(known({ paused: true }), now);
  expect(view.sentence).toBe('PAUSED, nothing runs by itself. shop is restorable to today 14:05, 3/3 copies');
  const none = () => undefined;
  const menu = trayMenu(view, { open: none, backUp: none, pause: none, quit: none });
  expect(menu.map(({ label }) => label)).toContain('Let the schedule go on');
});

test('a moment is told by its day', () => {
  expect(dayAndTime(at(22, 0, 5), now)).toBe('today 00:05');
  expect(dayAndTime(at(21, 23, 59), now)).toBe('yesterday 23:59');
  expect(dayAndTime(at(20, 2, 0), now)).toBe('20 Nov 02:00');
});

test('the menu offers a backup of each source, the newest one, and the way out', () => {
  const done: string[] = [];
  const menu = trayMenu(
    {
      icon: 'good',
      sentence: 'All is well',
      lastBackup: { label: 'Last', path: '/backups/1' },
      alerts: '2 alerts: late',
      sources: ['a', 'b & c'],
      running: 'Backup: x',
      paused: false,
    },
    {
      open: (path) => done.push(`open ${path}`),
      backUp: (source) => done.push(`back up ${source}`),
      pause: (paused) => done.push(paused ? 'pause' : 'go on'),
      quit: () => done.push('quit'),
    },
  );
  const click = (item: unknown) => (item as { click(): void }).click();
  const [first, , open, backUp, last, alerts, running, , pause, quit] = menu;
  expect(first).toMatchObject({ label: 'All is well', enabled: false });
  const backUps = (backUp ?? {}).submenu as object[];
  for (const item of [open, ...backUps, last, alerts, running, pause, quit]) click(item);
  expect(done).toEqual([
    'open undefined',
    'back up a',
    'back up b & c',
    'open /backups/1',
    'open /alerts',
    'open /jobs',
    'pause',
    'quit',
  ]);
});
