#!/usr/bin/env node
// Starts the command line on a Node that can run it, and as fast as it can.
import { existsSync } from 'node:fs';
import module from 'node:module';

const entry = new URL('../out/main/cli.js', import.meta.url);
const ownNode = new URL('../node_modules/node/bin/node', import.meta.url);

if (!existsSync(entry)) stop('strongroom is not built yet: run "npm run build"');
else if (Number.parseInt(process.versions.node, 10) >= 22) {
  // Beside the build and not in the temporary folder, where another user could plant code for us to run.
  module.enableCompileCache(`${import.meta.dirname}/../out/.compile-cache`);
  await import(entry.href);
} else if (existsSync(ownNode)) await runAgainOn(ownNode);
else stop(`strongroom needs Node 22 or newer and this is ${process.version}: run "npm ci", which brings one`);

/** The same command on another Node: signals reach it, and its exit status becomes ours. */
async function runAgainOn(node) {
  const { spawn } = await import('node:child_process');
  const { constants } = await import('node:os');
  const { fileURLToPath } = await import('node:url');
  const child = spawn(fileURLToPath(node), process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both of us; every other signal is sent to one process only.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(`cannot start ${fileURLToPath(node)}: ${error.message}`));
  child.on('exit', (status, signal) => {
    process.exitCode = status ?? 128 + constants.signals[signal];
  });
}

function stop(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
