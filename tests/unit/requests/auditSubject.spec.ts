import { expect, test } from '@playwright/test';
import { requests, type RequestName } from '../../../shared/contract/contract.ts';
import { auditSubject } from '../../../main/requests/auditSubject.ts';
import { askSchema, branches, type FieldSchema } from '../../support/contractFields.ts';

const names = Object.keys(requests) as RequestName[];
const nobody = () => undefined;

/** A value with a mark of its own in every field of a schema, also in those of all branches of a union. */
function marked(schema: FieldSchema, path: string[], marks: Map<string, string>): unknown {
  const all = branches(schema);
  const fields = all.flatMap(({ properties }) => Object.entries(properties ?? {}));
  if (fields.length > 0)
    return Object.fromEntries(fields.map(([field, inner]) => [field, marked(inner, [...path, field], marks)]));
  const list = all.find(({ items }) => items);
  if (list?.items) return [marked(list.items, path, marks)];
  const numeric = all.some(({ type }) => type === 'number' || type === 'integer');
  const field = path.join('.');
  const mark = marks.get(field) ?? (numeric ? String(770_000 + marks.size) : `<${marks.size}>`);
  marks.set(field, mark);
  return numeric ? Number(mark) : mark;
}

/** The fields of an ask that its subject tells, and those that it keeps to itself. */
function toldAndKept(name: RequestName): { told: string[]; kept: string[] } {
  const marks = new Map<string, string>();
  const subject = auditSubject(marked(askSchema(requests[name]), [], marks), nobody);
  const fields = [...marks.keys()];
  return {
    told: fields.filter((field) => subject.includes(marks.get(field)!)),
    kept: fields.filter((field) => !subject.includes(marks.get(field)!)),
  };
}

/** Whatever may be told of any request. Another field that shows up has to be looked at, and written here. */
const harmless = [
  'name',
  'id',
  'ids',
  'source',
  'file',
  'backupId',
  'into',
  'tenant',
  'policy',
  'live',
  'store',
  'role',
  'minutes',
  'port',
  'personId',
];

for (const name of names)
  test(`what the audit log says of ${name} holds no secret`, () => {
    const { told } = toldAndKept(name);
    expect(harmless).toEqual(expect.arrayContaining(told));
    for (const field of told) expect(field).not.toMatch(/pin|password|secret|key|line|typed|token|note/i);
  });

test('the fields that hold secrets were really looked at, and none was told', () => {
  const kept = new Set(names.flatMap((name) => toldAndKept(name).kept.map((field) => field.split('.').at(-1))));
  for (const field of ['password', 'secret', 'pin', 'oldPin', 'newPin', 'line', 'typedName', 'accessKey'])
    expect(kept).toContain(field);
});

test('what a request is about is told', () => {
  expect(auditSubject({ name: 'nas' }, nobody)).toBe('nas');
  expect(auditSubject({ source: 'shop', note: 'before the sale', pinned: true }, nobody)).toBe('shop');
  expect(auditSubject({ backupId: '01J', into: 'shop_restored', store: null, password: 'x' }, nobody)).toBe(
    '01J · shop_restored',
  );
  expect(auditSubject({ minutes: 0 }, nobody)).toBe('0');
  expect(auditSubject({}, nobody)).toBe('');
});

test('a person is told by name, and by number only when nobody knows the name any more', () => {
  const nameOf = (id: number) => (id === 7 ? 'Ada' : undefined);
  expect(auditSubject({ personId: 7, pin: '4711' }, nameOf)).toBe('Ada');
  expect(auditSubject({ personId: 8 }, nameOf)).toBe('person 8');
});

test('of many ids the first are told, and how many more there are', () => {
  expect(auditSubject({ ids: ['a', 'b', 'c'] }, nobody)).toBe('a, b, c');
  expect(auditSubject({ ids: ['a', 'b', 'c', 'd', 'e'] }, nobody)).toBe('a, b, c and 2 more');
});

test('an address in the place of a name is told without its password', () => {
  expect(auditSubject({ name: 'postgresql://ada:pa@s:s@db:5432/shop?password=hidden&x=1' }, nobody)).toBe(
    'postgresql://ada:…@db:5432/shop?password=…&x=1',
  );
});

test('what is too long is cut off', () => {
  expect(auditSubject({ name: 'x'.repeat(100_000) }, nobody)).toHaveLength(200);
});

for (const [what, ask] of [
  ['nothing', undefined],
  ['null', null],
  ['a word', 'secret'],
  ['other things in the place of words', { name: { password: 'secret' }, ids: [{ pin: 'secret' }], id: true }],
  ['a prototype', Object.create({ name: 'secret' })],
] as const)
  test(`${what} tells nothing`, () => expect(auditSubject(ask, nobody)).toBe(''));
