// Opens the console: in a window of its own, or, where that is out of reach, in the browser. After scripts/setup.mjs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));
const electronFolder = join(top, 'node_modules/electron');
const options = process.argv.slice(2);

const fetchMs = 180_000;
/** A program that lacks a library or its sandbox ends in less. */
const startMs = 5_000;

const reason = noWindow() ?? noElectron();
if (reason === undefined) await openWindow();
else await openInBrowser(reason);

/** Why this machine can show no window; undefined when it can. */
function noWindow() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  if (process.getuid() === 0) return 'Electron does not run as root';
  return undefined;
}

/** Why there is no Electron; it is fetched where it is missing. */
function noElectron() {
  if (electronProgram()) return undefined;
  console.error('start: fetching Electron (about 110 MB, once)');
  const { status, error, stderr } = spawnSync(process.execPath, [join(electronFolder, 'install.js')], {
    cwd: top,
    encoding: 'utf8',
    timeout: fetchMs,
  });
  if (electronProgram()) return undefined;
  const cause = /^\w*Error: (.+)$/m.exec(stderr ?? '')?.[1] ?? error?.message ?? `it ended with ${status}`;
  return `Electron could not be fetched (${cause})`;
}

function electronProgram() {
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const program = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(program) ? program : undefined;
}

async function openWindow() {
  const startedAt = Date.now();
  const { status, problem, told } = await run(electronProgram(), [top, ...options]);
  if (status !== 0 && !told && Date.now() - startedAt < startMs)
    await openInBrowser(`Electron did not start (${problem})`);
  else process.exitCode = status;
}

async function openInBrowser(why) {
  console.error(`start: no window of its own, because ${why}: the console opens in the browser`);
  const { status } = await run(process.execPath, [join(top, 'bin/strongroom.mjs'), 'serve', '--open', ...options]);
  process.exitCode = status;
}

/** Runs a program to its end; signals that are meant for us reach it. */
function run(program, args) {
  const running = { child: null, told: false };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(name, () => {
      running.told = true;
      // A terminal sends Ctrl-C to both of us; every other signal is sent to one process only.
      if (name !== 'SIGINT' || !process.stdin.isTTY) running.child?.kill(name);
    });
  const child = spawn(program, args, { cwd: top, stdio: 'inherit' });
  running.child = child;
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: 1, problem: error.message, told: running.told }));
    child.once('exit', (status, signal) => {
      const problem = signal ?? `it ended with ${status}`;
      resolve({ status: status ?? 128 + constants.signals[signal], problem, told: running.told });
    });
  });
}
