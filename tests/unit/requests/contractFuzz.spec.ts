import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import { requests, type RequestName } from '../../../shared/contract/contract.ts';
import { failureSchema, type Envelope } from '../../../shared/contract/envelope.ts';
import type { Workspace } from '../../../main/console/workspace.ts';
import { answer } from '../../../main/requests/answer.ts';
import { AskingWindow, bareFrame } from '../../support/asking.ts';
import { askSchema, branches, type FieldSchema } from '../../support/contractFields.ts';
import { test } from '../../support/openedWorkspace.ts';

const asks = 100_000;
const names = Object.keys(requests) as RequestName[];

/** Words that mean something: to JavaScript, to SQL, to a file system, or to us. */
const wicked = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\0',
  "'; DROP TABLE people; --",
  '../../../../etc/passwd',
  '$(reboot)',
  '-rf',
  '\u202egnp.exe',
  '\ud800',
  'shop',
  'nas',
  'x'.repeat(20_000),
);
const word = fc.oneof(wicked, fc.string());
const number = fc.oneof(fc.integer(), fc.constantFrom(0, -0, -1, 1e308, 2 ** 53, Number.NaN, Infinity), fc.double());

/** Whatever can cross the bridge: also what JSON cannot hold, because Electron clones values. */
const anything = fc.oneof(
  word,
  number,
  fc.constantFrom(null, undefined, true, false, 12n),
  fc.array(word, { maxLength: 3 }),
  fc.dictionary(word, word, { maxKeys: 3 }),
  fc.anything({
    maxDepth: 2,
    maxKeys: 3,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
);

/** An ask as it should be. */
function rightAsk(schema: FieldSchema): fc.Arbitrary<unknown> {
  const all = branches(schema);
  if (all.length > 1) return fc.oneof(...all.map(rightAsk));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([field, inner]) => [field, rightAsk(inner)])),
        { requiredKeys: schema.required ?? [] },
      );
    case 'array':
      return fc.array(rightAsk(schema.items ?? {}), { minLength: 1, maxLength: 4 });
    case 'string':
      if (schema.pattern?.includes('{26}')) return fc.ulid();
      return fc.stringMatching(/^[a-z][a-z0-9.-]{3,12}$/);
    case 'number':
    case 'integer':
      return fc.integer({
        min: Math.ceil(Math.max(schema.minimum ?? 0, 0)),
        max: Math.min(schema.maximum ?? 9999, 9999),
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return anything;
  }
}

/** An ask with something wrong in it: a field that is gone, that is something else, or that nobody knows. */
function spoilt(ask: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(ask, fc.constantFrom('drop', 'replace', 'add', 'inherit'), fc.nat(), word, anything)
    .map(([right, how, at, key, value]) => {
      if (typeof right !== 'object' || right === null) return value;
      const fields = Object.entries(right);
      const chosen = fields.length === 0 ? -1 : at % fields.length;
      if (how === 'drop') return Object.fromEntries(fields.filter((_, i) => i !== chosen));
      if (how === 'replace')
        return Object.fromEntries(fields.map(([field, old], i) => [field, i === chosen ? value : old]));
      // As JSON.parse does: a field of its own, also where it is called `__proto__`.
      if (how === 'add') return Object.defineProperty({ ...right }, key, { value, enumerable: true });
      return Object.assign(Object.create({ role: 'owner', pin: '1111' }) as object, right);
    });
}

const rightAsks = names.map((name) => fc.tuple(fc.constant<unknown>(name), rightAsk(askSchema(requests[name]))));
const oneAsk = fc.oneof(
  { weight: 2, arbitrary: fc.oneof(...rightAsks) },
  {
    weight: 8,
    arbitrary: fc.oneof(
      ...names.map((name) => fc.tuple(fc.constant<unknown>(name), spoilt(rightAsk(askSchema(requests[name]))))),
    ),
  },
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom<unknown>(...names), anything) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc
        .constantFrom(...names)
        .chain((name) => fc.constantFrom<unknown>(` ${name}`, name.toUpperCase(), `${name}\0`, [name], { name })),
      anything,
    ),
  },
  { weight: 2, arbitrary: fc.tuple<[unknown, unknown]>(anything, anything) },
);

/** Everything that is kept, but for the audit log, which tells of every refusal. */
function kept({ console, home }: Workspace): unknown {
  const tables = console.state
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'audit'`)
    .pluck()
    .all();
  const rows = (tables as string[]).map((table) => [table, console.state.prepare(`SELECT * FROM ${table}`).all()]);
  const files = readdirSync(home.dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('strongroom.sqlite'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return { rows, files: files.map((file) => [file, readFileSync(file, 'latin1')]) };
}

function isEnvelope(answered: Envelope): boolean {
  if (answered.ok) return 'value' in answered;
  return failureSchema.safeParse(answered.failure).success && answered.failure.code !== 'INTERNAL';
}

test(`${asks.toLocaleString('en')} asks of a locked window: none crashes anything, all are answered, and nothing changes`, async ({
  workspace,
  clock,
}) => {
  test.setTimeout(120_000);
  const { console } = workspace;
  const owner = new AskingWindow(workspace, clock);
  await owner.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: '1111' });
  console.settings.addStore('nas', { kind: 'local', path: join(workspace.home.dir, 'nas') });
  console.settings.addSource({
    name: 'shop',
    connection: { host: '127.0.0.1', port: 1, user: 'backup', database: 'shop', sslmode: 'disable' },
    toolsDir: null,
    tenants: null,
  });
  console.state.pragma('synchronous = OFF'); // nobody pulls the plug here
  const before = kept(workspace);
  const audited = console.audit.page(null, 1)[0]!.seq;
  const told: string[] = [];
  workspace.announcer.listen((event, value) => {
    const said = JSON.stringify([event, value]);
    // The console looks after its alerts by itself, whoever asks for what.
    if (said !== JSON.stringify(['changed', { areas: ['alerts', 'stores'] }])) told.push(said);
  });
  const { session } = new AskingWindow(workspace, clock);
  const context = { workspace, session, frame: bareFrame };
  const codes = new Map<string, number>();

  await fc.assert(
    fc.asyncProperty(oneAsk, async ([name, ask]) => {
      const answered = await answer(name, ask, context);
      const code = answered.ok ? 'ok' : answered.failure.code;
      codes.set(code, (codes.get(code) ?? 0) + 1);
      return isEnvelope(answered);
    }),
    { numRuns: asks },
  );

  expect(kept(workspace)).toEqual(before);
  expect(told).toEqual([]);
  expect(session.state()).toMatchObject({ role: 'viewer', person: null });
  expect(owner.session.state().person?.name).toBe('Ada');
  expect(Object.keys(Object.prototype), 'no prototype was polluted').toEqual([]);

  // Every kind of answer was among them, or nothing was tried.
  for (const code of ['ok', 'REQUEST_UNKNOWN', 'REQUEST_WRONG', 'ROLE_NEEDED', 'PIN_NEEDED', 'PERSON_NOT_FOUND'])
    expect(codes.get(code) ?? 0, code).toBeGreaterThan(20);
  const outcomes = console.state.prepare('SELECT DISTINCT outcome FROM audit WHERE seq > ?').pluck().all(audited);
  expect((outcomes as string[]).toSorted()).toEqual(['PERSON_NOT_FOUND', 'PIN_NEEDED', 'ROLE_NEEDED']);
  expect(await console.audit.intact()).toBe(true);
});
