import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestType } from '@playwright/test';

/** What `scripts/testPromtool.mjs` brings, or the machine's own. */
const unpacked = join(import.meta.dirname, '../versions/clients/promtool/promtool');
const program = existsSync(unpacked) ? unpacked : 'promtool';

/** Skips a test, with the reason, on a machine that cannot have Prometheus's own checker. */
export function needPromtool(test: TestType<object, object>): void {
  const { error } = spawnSync(program, ['--version']);
  test.skip(error !== undefined, 'this machine lacks promtool (node scripts/setup.mjs test brings it)');
}

/** What promtool says of something, and whether it is content. */
export function promtool(args: readonly string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}
