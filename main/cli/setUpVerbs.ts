import type { Command } from 'commander';
import type { DoctorAnswer } from '../requests/doctor.ts';
import { changing } from './changing.ts';
import { reasonLines } from './findingWords.ts';
import { runVerb, withConsole } from './run.ts';

export function addSetUpVerbs(program: Command): void {
  program
    .command('init')
    .description('make the state folder and its keys, and write the recovery kit, once')
    .option('--recovery-kit <file>', 'where to write the recovery kit')
    .action((options: { recoveryKit?: string }, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { setUp } = await import('../requests/setUp.ts');
          const made = await setUp(verb.home, { ...options, signal: verb.signal });
          const signal = new AbortController().signal; // it is made: a cancel comes too late
          return changing({ ...verb, signal }, 'setUp.begin', {}, () => made);
        },
        ({ home, repositoryId, recoveryKit }) =>
          [
            `State folder  ${home}`,
            `Repository    ${repositoryId}`,
            `Recovery kit  ${recoveryKit}`,
            '',
            'Print the recovery kit, keep it away from this machine, and delete the file: it opens every backup,',
            'and nothing else does once this machine is lost.',
            '',
            'Next: strongroom store add local --kind local --path DIR',
            '      strongroom source add shop --url postgresql://user@host:port/database',
          ].join('\n'),
      ),
    );

  program
    .command('doctor [source]')
    .description('look for everything that would stop a backup or a restore')
    .action((source: string | undefined, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          withConsole(verb, false, async (console) =>
            (await import('../requests/doctor.ts')).examine(console, source ?? null, verb.signal),
          ),
        ({ checks }) => checks.map(printCheck).join('\n'),
        ({ ok }) => (ok ? 0 : 3),
      ),
    );
}

/** One that is about several tables or roles tells each of them. */
function printCheck({ severity, message, hint, findings = [] }: DoctorAnswer['checks'][number]): string {
  const reasons = findings.length > 1 ? reasonLines(findings) : [];
  const lines = [message, ...reasons, ...(hint === '' ? [] : hint.split('\n'))];
  return `${severityWords[severity]}  ${lines.join('\n       ')}`;
}

const severityWords = { ok: 'ok   ', warn: 'WARN ', block: 'BLOCK' };
