import type { Command } from 'commander';
import { runVerb } from './run.ts';

export function addDemoVerb(program: Command): void {
  program
    .command('demo')
    .description('an embedded shop database on this machine: back it up, destroy it, restore it, prove it')
    .option('--keep', 'leave the shop running, to look around')
    .option('--scale <factor>', '1 is a database of about 250 MB', '0.8')
    .action((options: { keep?: boolean; scale: string }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { runDemo } = await import('../requests/demo.ts');
          return runDemo({ keep: options.keep ?? false, scale: Number(options.scale) }, verb);
        },
        ({ report }) => report,
        ({ proof }) => (proof.ok ? 0 : 6),
      ),
    );
}
