import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';

const top = fileURLToPath(new URL('../../..', import.meta.url));

/** A piece of a screen or of the console, and the words with which the compiler refuses it; null: it is right. */
interface Snippet {
  what: string;
  /** Where it would stand: a page has no Node, and the console no page. */
  room: 'renderer' | 'main';
  source: string;
  refusal: string | null;
}

const asking = (call: string) => ({
  room: 'renderer' as const,
  source: `import { request } from '../renderer/bridge.ts';\n${call}\n`,
});
const hearing = (call: string) => ({
  room: 'renderer' as const,
  source: `import { onEvent } from '../renderer/bridge.ts';\n${call}\n`,
});
const answering = (code: string) => ({
  room: 'main' as const,
  source: `
  import type { jobRequests } from '../shared/contract/jobs.ts';
  import type { HandlersOf } from '../main/requests/context.ts';
  export const handlers: HandlersOf<typeof jobRequests> = ${code};\n`,
});
const running = `'jobs.running': () => ({ jobs: [] })`;
const recent = `'jobs.recent': () => ({ jobs: [] })`;
const cancel = `'jobs.cancel': ({ id }, { workspace }) => (workspace.board.cancel(id), {})`;

const snippets: Snippet[] = [
  {
    what: 'a right ask, whose answer is known',
    ...asking(`
      const { jobId } = await request('backups.start', { source: 'shop', note: null, pinned: false, notify: 'failure' });
      export const id: string = jobId;
      await request('jobs.running', {});`),
    refusal: null,
  },
  { what: 'a wrong name', ...asking(`await request('backup.start', {});`), refusal: '"backup.start"' },
  {
    what: 'a missing field',
    ...asking(`await request('backups.start', { source: 'shop', note: null, pinned: false });`),
    refusal: "Property 'notify' is missing",
  },
  {
    what: 'a field of a wrong type',
    ...asking(`await request('jobs.recent', { limit: '20' });`),
    refusal: "Type 'string' is not assignable to type 'number'",
  },
  {
    what: 'a word that is none of the allowed ones',
    ...asking(`await request('access.addPerson', { name: 'Ada', role: 'admin', pin: '1111' });`),
    refusal: `"admin"`,
  },
  {
    what: 'a field that nobody knows',
    ...asking(`await request('jobs.cancel', { id: '1', force: true });`),
    refusal: `'force' does not exist`,
  },
  { what: 'no ask at all', ...asking(`await request('jobs.running');`), refusal: 'Expected 2 arguments' },
  {
    what: 'the ask of another request',
    ...asking(`await request('restores.rollback', { name: 'nas' });`),
    refusal: `'name' does not exist`,
  },
  {
    what: 'a form of a union with fields of another branch',
    ...asking(`await request('stores.add', { kind: 'local', name: 'nas', bucket: 'b' });`),
    refusal: 'bucket',
  },
  {
    what: 'a part of an answer that there is not',
    ...asking(`export const { pin } = await request('access.state', {});`),
    refusal: "Property 'pin' does not exist",
  },
  {
    what: 'an event that is heard rightly',
    ...hearing(`onEvent('access', (state) => { export_(state.role); }); declare function export_(role: string): void;`),
    refusal: null,
  },
  {
    what: 'an event that there is not',
    ...hearing(`onEvent('finished', () => {});`),
    refusal: '"finished"',
  },
  {
    what: 'a value of an event that there is not',
    ...hearing(`onEvent('jobEnded', (job) => { job.percent; });`),
    refusal: "Property 'percent' does not exist",
  },
  { what: 'all handlers of an area', ...answering(`{ ${running}, ${recent}, ${cancel} }`), refusal: null },
  {
    what: 'a missing handler',
    ...answering(`{ ${running}, ${recent} }`),
    refusal: `Property '"jobs.cancel"' is missing`,
  },
  {
    what: 'a handler that answers with something else',
    ...answering(`{ ${running}, ${cancel}, 'jobs.recent': () => ({ jobs: [{ id: 1 }] }) }`),
    refusal: "Type 'number' is not assignable to type 'string'",
  },
  {
    what: 'a handler that reads what nobody asked',
    ...answering(`{ ${running}, ${cancel}, 'jobs.recent': ({ count }) => ({ jobs: [] }) }`),
    refusal: "Property 'count' does not exist",
  },
  {
    what: 'a handler for a request that there is not',
    ...answering(`{ ${running}, ${recent}, ${cancel}, 'jobs.forget': () => ({}) }`),
    refusal: `''jobs.forget'' does not exist`,
  },
  {
    what: 'a table of handlers without a whole area',
    room: 'main',
    source: `
      import type { Handlers } from '../main/requests/context.ts';
      import { accessHandlers } from '../main/requests/accessHandlers.ts';
      export const handlers: Handlers = { ...accessHandlers };\n`,
    refusal: 'is missing the following properties',
  },
];

/** What the real compiler says of each snippet of a room, as if it lay in the repository; by number. */
function complaints(room: Snippet['room']): Map<number, string> {
  const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'types-'));
  try {
    for (const part of ['main', 'renderer', 'shared', 'package.json', 'node_modules'])
      symlinkSync(join(top, part), join(folder, part));
    mkdirSync(join(folder, 'snippets'));
    const found = new Map<number, string>();
    for (const [i, snippet] of snippets.entries())
      if (snippet.room === room) {
        writeFileSync(join(folder, `snippets/${i}.ts`), snippet.source);
        found.set(i, '');
      }
    const settings = join(top, room === 'main' ? 'tsconfig.json' : 'renderer/tsconfig.json');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: settings, include: ['snippets'] }));
    const tsc = join(top, 'node_modules/typescript/bin/tsc');
    const run = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(run.error).toBeUndefined();
    let at: number | undefined;
    for (const line of run.stdout.split('\n')) {
      if (/^\S/.test(line)) {
        const snippet = /^snippets\/(\d+)\.ts/.exec(line)?.[1];
        expect(snippet, `only a snippet is complained of: ${line}`).toBeDefined();
        at = Number(snippet);
      }
      if (at !== undefined && line !== '') found.set(at, `${found.get(at)}${line}\n`);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let found: Map<number, string>;
test.beforeAll(() => {
  test.setTimeout(120_000); // on a busy machine
  found = new Map([...complaints('renderer'), ...complaints('main')]);
});

for (const [i, { what, refusal }] of snippets.entries())
  if (refusal === null) test(`the compiler lets ${what} through`, () => expect(found.get(i)).toBe(''));
  else test(`the compiler refuses ${what}`, () => expect(found.get(i)).toContain(refusal));
