import { expect, test } from '@playwright/test';
import type { Command } from 'commander';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../../../main/cli/commandLine.ts';

const root = join(import.meta.dirname, '../../..');

/** The commands that sentences and hints tell somebody to type: behind an opening backtick or a colon. */
function toldCommands(): string[] {
  return globSync('{main,renderer,shared}/**/*.{ts,tsx}', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?:`|: |: `)strongroom ([a-z][^`'"\\\n]*)/g)].map(
      ([, words = ''], at) => `${file} (${at}): ${words}`,
    ),
  );
}

/** What of a command does not exist; null where all of it does. */
function unknownPart(words: string, program: Command): string | null {
  let command = program;
  const [first, ...others] = words.split(/\s+/);
  for (const word of first === 'help' ? others : [first ?? '', ...others]) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
  }
  const takesNothing = command === program || (command.commands.length > 0 && command.registeredArguments.length === 0);
  if (takesNothing && first !== 'help') return words;
  const options = [...command.options, ...program.options].map(({ long }) => long);
  return (words.match(/(?<=\s)--[a-z-]+/g) ?? []).find((option) => !options.includes(option)) ?? null;
}

test('every command that a sentence tells to type exists, with its options', () => {
  const program = commandLine(true);
  const told = toldCommands();
  expect(told.length).toBeGreaterThan(50);
  const wrong = told.filter((line) => unknownPart(line.slice(line.indexOf(': ') + 2), program) !== null);
  expect(wrong).toEqual([]);
});

test('a verb or an option that does not exist is found', () => {
  const program = commandLine(true);
  expect(unknownPart('restore --list', program)).toBe('--list');
  expect(unknownPart('sing', program)).toBe('sing');
  expect(unknownPart('source sing', program)).toBe('source sing');
  expect(unknownPart('source list', program)).toBeNull();
});
