import { expect, test } from '@playwright/test';
import { clientChecks, serverChecks } from '../../../main/health/versions.ts';

const summer = new Date('2026-08-01T00:00:00Z');
const winter = new Date('2026-12-01T00:00:00Z');

const tools = (version: string) => ({ version, major: Number.parseInt(version, 10), dir: `/opt/${version}/bin` });
const server = (version: string) => ({ version, major: Number.parseInt(version, 10) });
const ids = (...asked: Parameters<typeof serverChecks>) =>
  serverChecks(...asked).map(({ id, severity }) => `${severity} ${id}`);

test('without client programs everything is blocked', () => {
  expect(clientChecks([], summer)).toMatchObject([{ severity: 'block', hint: expect.stringContaining('pg_dump') }]);
});

test('each set says what it dumps and what it reads', () => {
  const said = clientChecks(['18.6', '17.11', '16.15', '15.19'].map(tools), summer);
  expect(said.map(({ severity }) => severity)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(said.map(({ message }) => message.replace(/^.*: they /, ''))).toEqual([
    'dump servers up to 18 and restore what was dumped by every version',
    'dump servers up to 17 and restore what was dumped by every version',
    'dump servers up to 16 and restore what was dumped by versions up to 16',
    'dump servers up to 15 and restore what was dumped by versions up to 15',
  ]);
});

for (const [last, first] of [
  ['18.5', '18.6'],
  ['17.10', '17.11'],
  ['16.14', '16.15'],
  ['15.18', '15.19'],
  ['14.23', '14.24'],
] as const)
  test(`client programs and servers ${last} have known holes, ${first} has not`, () => {
    const [old, safe] = clientChecks([tools(last), tools(first)], summer);
    expect(old).toMatchObject({ severity: 'warn', hint: expect.stringContaining(`security fixes that ${first} has`) });
    expect(old!.hint).toContain('CVE-2026-18408');
    expect(safe).toMatchObject({ severity: 'ok', hint: '' });
    expect(ids('shop', server(last), tools(first), summer)).toEqual(['ok source:shop', 'warn source:shop:age']);
    expect(ids('shop', server(first), tools(first), summer)).toEqual(['ok source:shop']);
  });

test('a version is warned of from the day after its last fixes', () => {
  const asked = (day: string) => ids('shop', server('14.24'), tools('14.24'), new Date(day));
  expect(asked('2026-11-12T12:00:00Z')).toEqual(['ok source:shop']);
  expect(asked('2026-11-13T00:00:00Z')).toEqual(['ok source:shop', 'warn source:shop:age']);
  expect(clientChecks([tools('14.24')], winter)).toMatchObject([
    { severity: 'warn', hint: expect.stringContaining('no security fixes since 2026-11-12') },
  ]);
});

test('a server older than 14 or newer than 18 is said to be untested', () => {
  expect(ids('shop', server('13.23'), tools('15.19'), summer)).toEqual([
    'ok source:shop',
    'warn source:shop:untested',
    'warn source:shop:age',
  ]);
  expect(ids('shop', server('19beta1'), tools('19beta1'), summer)).toEqual([
    'ok source:shop',
    'warn source:shop:untested',
  ]);
});

test('a dump by newer programs is good where those of the server read it, and warned of where they do not', () => {
  const said = (of: string, by: string) => serverChecks('shop', server(of), tools(by), summer)[0]!;
  expect(said('15.19', '15.19')).toMatchObject({
    severity: 'ok',
    message: 'shop: PostgreSQL 15.19 answers; pg_dump 15.19 will dump it, being of the same major version',
    hint: '',
  });
  expect(said('14.24', '15.19')).toMatchObject({ severity: 'ok', message: expect.stringContaining('lowest version') });
  expect(said('17.11', '18.6')).toMatchObject({ severity: 'ok' });
  const sixteen = said('15.19', '16.15');
  expect(sixteen).toMatchObject({ severity: 'warn', hint: expect.stringContaining('only by programs 16 or later.') });
  expect(said('16.15', '17.11')).toMatchObject({
    severity: 'warn',
    hint: expect.stringMatching(/only by programs 17 or later, .*transaction_timeout.*postgresql-client-16/),
  });
});
