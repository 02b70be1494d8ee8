import type { Command } from 'commander';
import { Failure, reportFailure } from '../../shared/failure.ts';
import { homeAt, type Home } from '../console/home.ts';
import type { ConsoleServer } from '../server/serve.ts';
import { endings, tellFailure, type GlobalOptions } from './run.ts';

interface ServeOptions extends GlobalOptions {
  port?: string;
  open?: boolean;
}

export function addServeVerb(program: Command): void {
  program
    .command('serve')
    .description('the console in a browser of this machine, for as long as this runs')
    .option('--port <number>', 'where it listens; 0 for any free port (usually 8432, or any if that is taken)')
    .option('--open', 'open the browser')
    .action((_options: ServeOptions, command: Command) => runServe(command.optsWithGlobals<ServeOptions>()));
}

/** Serves until it is told to end, then cancels what still runs, cleans up after it and lets go of the state folder. */
async function runServe(options: ServeOptions): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    for (const signal of endings) process.on(signal, () => resolve());
  });
  try {
    const port = parsePort(options.port);
    const home = homeAt(options.home);
    const { Workspace } = await import('../console/workspace.ts');
    const { openServer } = await import('../server/serve.ts');
    const { Scheduler } = await import('../scheduler/scheduler.ts');
    const { scheduledJobs } = await import('../requests/scheduledJobs.ts');
    const workspace = await Workspace.open(home);
    const scheduler = new Scheduler(workspace, scheduledJobs);
    try {
      const server = await openServer(workspace, { port });
      await tellWhere(server, home, port, options);
      await ended;
      const running = workspace.ready ? workspace.board.running().length : 0;
      process.stderr.write(
        running === 0 ? '\nstopped\n' : '\nstopping: what still runs is cancelled and cleaned up …\n',
      );
      await server.close();
    } finally {
      await scheduler.stop();
      await workspace.close();
    }
  } catch (error) {
    tellFailure(reportFailure(error), options.json ?? false);
  }
}

async function tellWhere(
  server: ConsoleServer,
  home: Home,
  asked: number | null,
  options: ServeOptions,
): Promise<void> {
  const { usualPort } = await import('../server/serve.ts');
  const { url, port } = server;
  if (asked === null && port !== usualPort)
    process.stderr.write(`port ${usualPort} is taken on this machine, so the console is on ${port}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ url, port, home: home.dir }, null, 2)}\n`);
  else
    process.stdout.write(
      `The console is open for one browser of this machine:\n  ${url}\n` +
        `Each further browser needs an address of its own: ${home.runDir}/console-url always holds the next one.\n` +
        'Ctrl-C ends it.\n',
    );
  if (!options.open) return;
  const { openBrowser } = await import('../server/openBrowser.ts');
  openBrowser(url, home, (reason) =>
    process.stderr.write(`no browser could be opened (${reason}): open the address above yourself\n`),
  );
}

/** @throws USAGE */
function parsePort(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Failure('USAGE', `${text} is no port`, 'Give a number from 1 to 65535, or 0 for any free port.');
}
