import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { sealBytes } from '../../../main/sealing/age.ts';
import { generateMachineKey, generateRecipient, signBytes, type MachineKey } from '../../../main/sealing/keys.ts';
import { openManifest, sealManifest } from '../../../main/sealing/manifestFile.ts';
import type { Manifest } from '../../../shared/manifest.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';

const manifest = sampleManifest();

let key: MachineKey;
let thief: MachineKey;
let recovery: { identity: string; recipient: string };
test.beforeAll(async () => {
  [key, thief, recovery] = [await generateMachineKey(), await generateMachineKey(), await generateRecipient()];
});

const seal = (content: Manifest, by = key) => sealManifest(content, by, [key.recipient, recovery.recipient]);

const open = (sealed: Parameters<typeof openManifest>[0], changes: Partial<Parameters<typeof openManifest>[1]> = {}) =>
  openManifest(sealed, {
    backupId: manifest.id,
    identity: key.identity,
    trusted: [key.signingPublicKey],
    repositoryId: manifest.repositoryId,
    ...changes,
  });

test('a manifest comes back as it was, with the key of the machine and with the recovery key', async () => {
  const sealed = await seal(manifest);
  expect(await open(sealed)).toEqual(manifest);
  expect(await open(sealed, { identity: recovery.identity })).toEqual(manifest);
});

test('its hash is that of the sealed bytes, and nothing of it can be read in them', async () => {
  const sealed = await seal(manifest);
  expect(sealed.sha256).toBe(createHash('sha256').update(sealed.bytes).digest('hex'));
  expect(Buffer.from(sealed.bytes).toString('latin1')).not.toContain('shop');
});

test('fields that this version does not know are kept', async () => {
  const later = { ...manifest, seal: { wax: 'red' }, objects: [{ ...manifest.objects[0]!, shelf: 3 }] };
  expect(await open(await seal(later))).toEqual(later);
});

test('any of the trusted keys will do', async () => {
  const sealed = await seal(manifest, thief);
  const trusted = [key.signingPublicKey, thief.signingPublicKey];
  expect(await open(sealed, { trusted })).toEqual(manifest);
});

test('a manifest that somebody else has signed is forged, even when our key opens it', async () => {
  await expect(open(await seal(manifest, thief))).rejects.toMatchObject({ code: 'MANIFEST_FORGED' });
});

test('a changed byte is told from the signature, before anything is decrypted', async () => {
  const sealed = await seal(manifest);
  const changed = Uint8Array.from(sealed.bytes);
  changed[changed.length - 1]! ^= 1;
  const opening = open({ ...sealed, bytes: changed }, { identity: 'no key at all' });
  await expect(opening).rejects.toMatchObject({ code: 'MANIFEST_FORGED' });
});

test('a signature that is missing or of another manifest is forged', async () => {
  const sealed = await seal(manifest);
  const { signature } = await seal(sampleManifest({ note: 'another' }));
  for (const wrong of [new Uint8Array(), signature])
    await expect(open({ ...sealed, signature: wrong })).rejects.toMatchObject({ code: 'MANIFEST_FORGED' });
});

test('without any trusted key nothing is trusted', async () => {
  await expect(open(await seal(manifest), { trusted: [] })).rejects.toMatchObject({ code: 'MANIFEST_FORGED' });
});

test('a good manifest in the place of another one is refused', async () => {
  await expect(open(await seal(manifest), { backupId: '01K0000000000000000000000B' })).rejects.toMatchObject({
    code: 'MANIFEST_FORGED',
    details: { expected: '01K0000000000000000000000B', found: manifest.id },
  });
});

test('a manifest of another repository is refused', async () => {
  const foreign = await seal(sampleManifest({ repositoryId: '01K0000000000000000000OTHER' }));
  await expect(open(foreign)).rejects.toMatchObject({
    code: 'MANIFEST_FOREIGN',
    details: { expected: manifest.repositoryId, found: '01K0000000000000000000OTHER' },
  });
});

test('a manifest of a newer format is refused as such, whatever it looks like', async () => {
  const bytes = await sealBytes(Buffer.from('{"formatVersion": 2, "everything": "else"}'), [key.recipient]);
  const opening = open({ bytes, signature: signBytes(bytes, key) });
  await expect(opening).rejects.toMatchObject({
    code: 'MANIFEST_NEWER',
    hint: expect.stringContaining('newer version'),
  });
});

test('a manifest that lacks a field is refused', async () => {
  const { objects: _objects, ...incomplete } = manifest;
  await expect(open(await seal(incomplete as Manifest))).rejects.toThrow(/objects/);
});

test('a key that is no recipient does not open it', async () => {
  await expect(open(await seal(manifest), { identity: thief.identity })).rejects.toMatchObject({ code: 'KEY_WRONG' });
});
