import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** A tenth of a second and 32 MB for each try; a stored hash names its own. */
const cost = { ln: 15, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;

/** No stored hash may ask for more: 128 MB. */
const maxmem = 129 * 1024 * 1024;

const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** A slow, salted hash of a PIN, in the PHC string format: it says by itself how it was made. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await hashWith(pin, salt, cost, hashBytes);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether a PIN is the one that was hashed, in a time that does not tell how near it came. */
export async function isPin(pin: string, stored: string): Promise<boolean> {
  const parts = phc.exec(stored);
  if (!parts) throw new Error('a stored PIN is not in the format of this version');
  const [ln, r, p] = parts.slice(1, 4).map(Number) as [number, number, number];
  const [salt, hash] = parts.slice(4).map((part) => Buffer.from(part, 'base64')) as [Buffer, Buffer];
  return timingSafeEqual(await hashWith(pin, salt, { ln, r, p }, hash.length), hash);
}

/** The same letters may be typed as different bytes, by keyboard. */
function hashWith(pin: string, salt: Buffer, { ln, r, p }: typeof cost, length: number): Promise<Buffer> {
  return derive(pin.normalize('NFKC'), salt, length, { N: 2 ** ln, r, p, maxmem });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
