import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { Failure } from '../../shared/failure.ts';

/** What a machine needs to read its backups and to sign new ones. */
export interface MachineKey {
  /** `AGE-SECRET-KEY-1…` */
  identity: string;
  /** `age1…` */
  recipient: string;
  /** Ed25519, PKCS #8 PEM */
  signingKey: string;
  /** Ed25519, SPKI PEM */
  signingPublicKey: string;
  /** The first 16 hex digits of the SHA-256 of the public signing key. */
  machineId: string;
}

/**
 * A key pair to seal to. X25519 and not the hybrid kind that the library would choose: the `age` of today's
 * distributions (1.1) must be able to read what we seal.
 */
export async function generateRecipient(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The recipient of an identity; null for a text that is none. */
export async function recipientOf(identity: string): Promise<string | null> {
  try {
    return await identityToRecipient(identity);
  } catch {
    return null; // mistyped: its checksum is not right
  }
}

export async function generateMachineKey(): Promise<MachineKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signingPublicKey = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    ...(await generateRecipient()),
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    signingPublicKey,
    machineId: fingerprint(signingPublicKey),
  };
}

/** @throws KEY_WRONG when the text is not a machine key of ours. */
export function parseMachineKey(text: string): MachineKey {
  try {
    const key = JSON.parse(text) as MachineKey;
    createPrivateKey(key.signingKey);
    if (!key.identity.startsWith('AGE-SECRET-KEY-1')) throw new Error('no age identity');
    return key;
  } catch (error) {
    throw new Failure(
      'KEY_WRONG',
      'the key of this machine cannot be read',
      'Put the key file back from a copy, or recover with the recovery key from the recovery kit.',
      { cause: error },
    );
  }
}

function fingerprint(signingPublicKey: string): string {
  return createHash('sha256').update(signingPublicKey).digest('hex').slice(0, 16);
}

/** An Ed25519 signature, 64 bytes. */
export function signBytes(bytes: Uint8Array, key: MachineKey): Buffer {
  return sign(null, bytes, createPrivateKey(key.signingKey));
}

export function signatureIsGood(bytes: Uint8Array, signature: Uint8Array, signingPublicKey: string): boolean {
  return verify(null, bytes, createPublicKey(signingPublicKey), signature);
}
