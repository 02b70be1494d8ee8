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
  /** The last change. Each rewrites the whole file, so the next one begins after it. */
  private last: Promise<void> = Promise.resolve();

  constructor(path: string, sealing: Sealing) {
    this.path = path;
    this.sealing = sealing;
  }

  async get(name: string): Promise<string | null> {
    return (await this.all())[name] ?? null;
  }

  set(name: string, secret: string): Promise<void> {
    return this.change((secrets) => ({ ...secrets, [name]: secret }));
  }

  /** Forgets the secret of this name; with a colon at its end, all whose names begin with it. */
  forget(known: string): Promise<void> {
    const meant = (name: string) => (known.endsWith(':') ? name.startsWith(known) : name === known);
    return this.change((secrets) => Object.fromEntries(Object.entries(secrets).filter(([name]) => !meant(name))));
  }

  private change(alter: (secrets: Record<string, string>) => Record<string, string>): Promise<void> {
    const changed = this.last.then(async () => this.write(alter(await this.all())));
    this.last = changed.catch(() => undefined); // whoever asked for the change hears why it failed
    return changed;
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
