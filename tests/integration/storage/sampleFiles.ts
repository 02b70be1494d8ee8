import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

export const mebibyte = 1024 * 1024;

export interface SampleFile {
  path: string;
  sha256: string;
}

/** A file of so many random bytes. */
export async function sampleFile(folder: string, sizeBytes: number): Promise<SampleFile> {
  const path = join(folder, `sample-${sizeBytes}-${randomBytes(4).toString('hex')}`);
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for (let left = sizeBytes; left > 0; left -= mebibyte) {
      const bytes = randomBytes(Math.min(left, mebibyte));
      hash.update(bytes);
      await file.writeFile(bytes);
    }
  } finally {
    await file.close();
  }
  return { path, sha256: hash.digest('hex') };
}

export async function sha256Of(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}
