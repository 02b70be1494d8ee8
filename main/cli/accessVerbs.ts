import type { Command } from 'commander';
import type { Console } from '../console/console.ts';
import { changing } from './changing.ts';
import { runVerb } from './run.ts';

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
          changing(
            verb,
            'access.reset',
            (console) => ({ name: peopleOf(console) }),
            async (console) => (await import('../requests/resetAccess.ts')).resetAccess(console),
          ),
        ({ removed }) =>
          removed.length === 0
            ? 'Nobody had a PIN.'
            : `Removed: ${removed.join(', ')}. Everybody at this computer is an owner now: set a PIN in the console.`,
      ),
    );
}

/** They are gone afterwards. */
function peopleOf(console: Console): string {
  return console.people
    .all()
    .map(({ name }) => name)
    .join(', ');
}
