import { execFile } from 'node:child_process';
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Cluster } from './cluster.ts';

const execute = promisify(execFile);

/** A file that pg_dump has made without us. @returns its path. */
export async function foreignDump(
  cluster: Cluster,
  database: string,
  path: string,
  args: readonly string[] = ['-Fc'],
  env: Record<string, string> = {},
  programs = cluster.binDir,
): Promise<string> {
  await execute(join(programs, 'pg_dump'), [...args, '-f', path], {
    env: { ...process.env, ...cluster.environment(database), ...env },
  });
  return path;
}

/** As the old system kept a dump: gzip in a Fernet token, all in memory. */
export function fernetGzip(path: string, madeAt: Date): { token: string; key: string } {
  const keys = randomBytes(32);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.floor(madeAt.getTime() / 1000)));
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', keys.subarray(16), iv);
  const body = Buffer.concat([
    Buffer.from([0x80]),
    time,
    iv,
    cipher.update(gzipSync(readFileSync(path))),
    cipher.final(),
  ]);
  const mac = createHmac('sha256', keys.subarray(0, 16)).update(body).digest();
  return { token: base64url(Buffer.concat([body, mac])), key: base64url(keys) };
}

/** With its padding, as Python writes it. */
function base64url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
