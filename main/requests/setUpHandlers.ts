import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { release } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { ConsoleState, setUpRequests } from '../../shared/contract/setUp.ts';
import { Failure } from '../../shared/failure.ts';
import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import type { Workspace } from '../console/workspace.ts';
import { recipientOf } from '../sealing/keys.ts';
import type { HandlersOf, RequestContext } from './context.ts';
import { removeDemoShop, startDemoShop } from './demoShop.ts';
import { osUser } from '../console/osUser.ts';
import { setUp } from './setUp.ts';

/** As much of the recovery key as a person types back: enough to show that the paper can be read. */
const askedCharacters = 12;

export const setUpHandlers: HandlersOf<typeof setUpRequests> = {
  'console.state': (_, context) => stateOf(context),
  'setUp.begin': async (_, context) => {
    await begin(context.workspace);
    return stateOf(context);
  },
  'setUp.kit': async (_, { workspace }) => {
    const path = kitPath(workspace.console);
    const key = await recoveryKey(path);
    return {
      text: await readFile(path, 'utf8'),
      fileName: basename(path),
      askedLine: `the last ${askedCharacters} characters of the line “Recovery key” (${key.length} characters in all)`,
    };
  },
  'setUp.proveKit': async ({ line }, context) => {
    await proveKit(context.workspace.console, line);
    return stateOf(context);
  },
  'setUp.finish': async (_, context) => {
    const { console } = context.workspace;
    console.preferences.set('setUpDone', true);
    await saveSettings(console);
    return stateOf(context);
  },
  'demo.start': async (_, { workspace }) => {
    await begin(workspace);
    return { jobId: startDemoShop(workspace) };
  },
  'demo.remove': async (_, { workspace }) => {
    await removeDemoShop(workspace);
    return {};
  },
};

/** Whether somebody has shown that the recovery kit is on paper. */
export function kitProven(console: Console): boolean {
  return console.preferences.get('kitProven', z.boolean(), false);
}

async function begin(workspace: Workspace): Promise<void> {
  if (workspace.ready) return;
  await setUp(workspace.home, { keyStore: workspace.keyStore });
  await workspace.enter();
  workspace.announcer.tell('changed', { areas: ['console'] });
}

function stateOf({ workspace, frame }: RequestContext): ConsoleState {
  const console = workspace.ready ? workspace.console : null;
  return {
    phase: console ? 'ready' : 'fresh',
    version: packageJson.version,
    host: frame.host,
    platform: `${process.platform} ${release()}`,
    home: workspace.home.dir,
    versions: frame.versions,
    osUser: osUser(),
    kitProven: console !== null && kitProven(console),
    setUpDone: console?.preferences.get('setUpDone', z.boolean(), false) ?? false,
    demo: console ? workspace.demoShop.state : 'none',
  };
}

function kitPath(console: Console): string {
  return join(console.home.dir, 'recovery-kit.txt');
}

/** @throws KIT_GONE */
async function recoveryKey(path: string): Promise<string> {
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  const key = /^\s*Recovery key\s+(AGE-SECRET-KEY-1\w+)/m.exec(text)?.[1];
  if (key !== undefined) return key;
  throw new Failure(
    'KIT_GONE',
    'the recovery kit is not on this machine any more',
    'It was proven, or written elsewhere. Type the whole line “Recovery key” from the paper to prove that it is there.',
    { details: { path } },
  );
}

/** The whole key proves itself by its recipient, also where the file was written elsewhere; else its end is compared. */
async function proveKit(console: Console, line: string): Promise<void> {
  const typed = line
    .replace(/^\s*Recovery key/i, '')
    .replace(/\s+/g, '')
    .toUpperCase();
  const path = kitPath(console);
  const whole = typed.startsWith('AGE-SECRET-KEY-1');
  const right = whole
    ? (await recipientOf(typed)) === console.repository().recoveryRecipient
    : (await recoveryKey(path)).endsWith(typed) && typed.length >= askedCharacters;
  if (!right)
    throw new Failure(
      'KIT_LINE_WRONG',
      'this is not what stands on the recovery kit',
      'Compare it with the paper, letter by letter. If it cannot be read there, print it again.',
    );
  console.preferences.set('kitProven', true);
  await saveSettings(console);
  await rm(path, { force: true });
}
