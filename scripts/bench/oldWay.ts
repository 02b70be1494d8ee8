import { spawn } from 'node:child_process';
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/*
 * The old way of backing up, as the bench's opponent: `node oldWay.ts PG_DUMP OUTPUT`.
 * pg_dump in its custom format (which compresses already), gzip -9 of that, Fernet of that; each whole in memory.
 */

const [pgDump, output] = process.argv.slice(2);
if (pgDump === undefined || output === undefined) throw new Error('usage: node oldWay.ts PG_DUMP OUTPUT');
writeFileSync(output, fernet(gzipSync(await dump(pgDump), { level: 9 })));

async function dump(program: string): Promise<Buffer> {
  const child = spawn(program, ['--format=custom'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  if ((await closed) !== 0) throw new Error('pg_dump failed');
  return Buffer.concat(chunks);
}

/** A Fernet token: version, time, IV, AES-128-CBC, HMAC-SHA256; all of it in URL-safe base64. */
function fernet(plain: Buffer): Buffer {
  const [signingKey, encryptionKey, iv] = [randomBytes(16), randomBytes(16), randomBytes(16)];
  const head = Buffer.alloc(9, 0x80);
  head.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
  const cipher = createCipheriv('aes-128-cbc', encryptionKey, iv);
  const signed = Buffer.concat([head, iv, cipher.update(plain), cipher.final()]);
  return urlSafeBase64(Buffer.concat([signed, createHmac('sha256', signingKey).update(signed).digest()]));
}

/** In pieces, because a string of Node ends at half a gigabyte. */
function urlSafeBase64(bytes: Buffer): Buffer {
  const pieceSize = 3 * 1024 * 1024;
  const token = Buffer.alloc(Math.ceil(bytes.length / 3) * 4, '=');
  for (let at = 0; at < bytes.length; at += pieceSize)
    token.write(bytes.toString('base64url', at, at + pieceSize), (at / 3) * 4, 'latin1');
  return token;
}
