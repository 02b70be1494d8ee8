import type { Command } from 'commander';
import { runVerb, withConsole } from './run.ts';

export function addAccessVerbs(program: Command): void {
  program
    .command('access')
    .description('who may do what in the console')
    .command('reset')
    .description('remove everybody with their PINs, when an owner has forgotten theirs')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, true, async (console) => (await import('../requests/resetAccess.ts')).resetAccess(console)),
        ({ removed }) =>
          removed.length === 0
            ? 'Nobody had a PIN.'
            : `Removed: ${removed.join(', ')}. Everybody at this computer is an owner now: set a PIN in the console.`,
      ),
    );
}
