import { readFile } from 'node:fs/promises';
import { writePrivateFile } from './keyStore.ts';

/** How the file is sealed; passed in, because tools do not know each other. */
export interface Sealing {
  seal(plain: Uint8Array): Promise<Uint8Array>;
  unseal(sealed: Uint8Array): Promise<Uint8Array>;
}

/** Passwords of sources and secret keys of stores, in one sealed file. Names are `source:shop:main`, `store:r2`. */
export class SecretFile {
  private readonly path: string;
  private readonly sealing: Sealing;

  constructor(path: string, sealing: Sealing) {
    this.path = path;
    this.sealing = sealing;
  }

  async get(name: string): Promise<string | null> {
    return (await this.all())[name] ?? null;
  }

  async set(name: string, secret: string): Promise<void> {
    await this.write({ ...(await this.all()), [name]: secret });
  }

  /** Forgets every secret whose name begins with `prefix`. */
  async forget(prefix: string): Promise<void> {
    const kept = Object.entries(await this.all()).filter(([name]) => !name.startsWith(prefix));
    await this.write(Object.fromEntries(kept));
  }

  private async all(): Promise<Record<string, string>> {
    let sealed: Uint8Array;
    try {
      sealed = await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
    const plain = await this.sealing.unseal(sealed);
    return JSON.parse(Buffer.from(plain).toString('utf8')) as Record<string, string>;
  }

  private async write(secrets: Record<string, string>): Promise<void> {
    await writePrivateFile(this.path, await this.sealing.seal(Buffer.from(JSON.stringify(secrets))));
  }
}
