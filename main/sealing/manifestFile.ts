import { createHash } from 'node:crypto';
import { Failure } from '../../shared/failure.ts';
import { formatVersion, type Manifest } from '../../shared/manifest.ts';
import { manifestSchema } from '../../shared/manifestSchema.ts';
import { sealBytes, unsealBytes } from './age.ts';
import { signatureIsGood, signBytes, type MachineKey } from './keys.ts';

/** A manifest as it is stored. */
export interface SealedManifest {
  bytes: Uint8Array;
  signature: Uint8Array;
  /** Of `bytes`, hex. */
  sha256: string;
}

/** Seals a manifest and signs the sealed bytes, so that the signature can be checked without the key to read it. */
export async function sealManifest(
  manifest: Manifest,
  key: MachineKey,
  recipients: readonly string[],
): Promise<SealedManifest> {
  const bytes = await sealBytes(Buffer.from(JSON.stringify(manifest)), recipients);
  return { bytes, signature: signBytes(bytes, key), sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Reads a stored manifest.
 * @param trusted the public keys whose signature counts: someone with write access to a bucket has none of them.
 * @throws MANIFEST_FORGED, KEY_WRONG, BACKUP_UNREADABLE, MANIFEST_NEWER, MANIFEST_FOREIGN
 */
export async function openManifest(
  sealed: { bytes: Uint8Array; signature: Uint8Array },
  expected: { backupId: string; identity: string; trusted: readonly string[]; repositoryId: string },
): Promise<Manifest> {
  if (!expected.trusted.some((publicKey) => signatureIsGood(sealed.bytes, sealed.signature, publicKey)))
    throw new Failure(
      'MANIFEST_FORGED',
      'the manifest does not carry the signature of this repository',
      'It was changed, or comes from another repository: use another copy, and find out who can write to the store.',
    );
  const json: unknown = JSON.parse(Buffer.from(await unsealBytes(sealed.bytes, expected.identity)).toString('utf8'));
  const version = (json as { formatVersion?: unknown }).formatVersion;
  if (typeof version === 'number' && version > formatVersion)
    throw new Failure(
      'MANIFEST_NEWER',
      `the backup is of format version ${version}, which this Strongroom does not know`,
      'Install the newer version of Strongroom that made it.',
    );
  manifestSchema.parse(json);
  const manifest = json as Manifest; // and not what zod returns: unknown fields are kept
  if (manifest.repositoryId !== expected.repositoryId)
    throw new Failure(
      'MANIFEST_FOREIGN',
      'the manifest belongs to another repository',
      'Use the state folder of the repository that made the backup.',
      { details: { expected: expected.repositoryId, found: manifest.repositoryId } },
    );
  if (manifest.id !== expected.backupId)
    throw new Failure(
      'MANIFEST_FORGED',
      'the manifest is that of another backup',
      'Somebody has put it in the place of the right one: use another copy, and find out who can write to the store.',
      { details: { expected: expected.backupId, found: manifest.id } },
    );
  return manifest;
}
