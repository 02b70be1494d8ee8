import { CommanderError, type Command } from 'commander';
import type { FailureReport } from '../shared/failure.ts';
import { calledGroup, commandLine } from './cli/commandLine.ts';
import { tellFailure } from './cli/run.ts';

const json = process.argv.includes('--json');
const program = commandLine(json);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode !== 0 && json) tellFailure(wrongUsage(error, program), true);
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}

function wrongUsage({ code, message }: CommanderError, whole: Command): FailureReport {
  // Where a verb is missing, commander shows the help and says nothing else.
  if (code === 'commander.help') {
    const group = calledGroup(whole);
    const [said, help] =
      group === whole ? ['', 'strongroom help'] : [` of ${group.name()}`, `strongroom help ${group.name()}`];
    return { code: 'USAGE', message: `no verb${said} was given`, hint: `\`${help}\` lists them.`, details: {} };
  }
  const sentence = message.replace(/^error: /, '');
  return { code: 'USAGE', message: sentence, hint: '`strongroom help VERB` tells the options.', details: {} };
}
