import { resolve } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import type { StoreKind, StoreSettings } from '../../shared/store.ts';
import { b2Region, r2Endpoint } from '../../shared/storeAddress.ts';
import { namedStore, publishedKeys } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import { forgetReadLimits } from '../console/readLimits.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { setPolicy } from '../state/retentionPolicies.ts';
import { createStoreFolder } from '../storage/localStore.ts';
import { openStore } from '../storage/openStore.ts';
import { probeStore, type StoreProbe } from '../storage/probeStore.ts';
import { isPrepared, joinRepository } from '../storage/repository.ts';

/** What a person says of a store; what is usual for its kind is filled in. */
export interface StoreOptions {
  kind: StoreKind;
  path?: string;
  endpoint?: string;
  bucket?: string;
  region?: string;
  prefix?: string;
  accessKey?: string;
  /** Of Cloudflare R2, in the place of an endpoint. */
  account?: string;
}

export interface StoreAnswer extends StoreProbe {
  name: string;
  kind: StoreKind;
  /** The folder, or endpoint and bucket. */
  place: string;
  usedBytes: number | null;
  capacityBytes: number | null;
  freeBytes: number | null;
}

/** @throws USAGE when something is missing for this kind. */
export function storeSettings(options: StoreOptions): StoreSettings {
  const { kind } = options;
  if (kind === 'local') {
    if (!options.path) throw missing('--path');
    return { kind, path: resolve(options.path) };
  }
  const endpoint = options.endpoint ?? (kind === 'r2' && options.account ? r2Endpoint(options.account) : undefined);
  if (!endpoint) throw missing(kind === 'r2' ? '--account or --endpoint' : '--endpoint');
  if (!options.bucket) throw missing('--bucket');
  if (!options.accessKey) throw missing('--access-key');
  const region = options.region ?? { r2: 'auto', b2: b2Region(endpoint), s3: 'us-east-1' }[kind];
  if (region === null) throw missing('--region, because its endpoint does not tell');
  const prefix = (options.prefix ?? '').replace(/^\/+|\/+$/g, '');
  return { kind, endpoint, bucket: options.bucket, region, prefix, accessKeyId: options.accessKey };
}

function missing(option: string): Failure {
  return new Failure('USAGE', `a store of this kind needs ${option}`, '`strongroom help store add` lists the options.');
}

/**
 * Adds a store once it has been written to, and makes it part of the repository; or leaves nothing in it.
 * @param secret the secret access key of an S3 store.
 * @throws USAGE, STORE_EXISTS, STORE_FOREIGN, STORE_…, CANCELLED
 */
export async function addStore(
  console: Console,
  ask: { name: string; settings: StoreSettings; secret: string | null },
  signal?: AbortSignal,
): Promise<StoreAnswer> {
  const { name, settings, secret } = ask;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new Failure(
      'USAGE',
      'the name of a store has letters, digits, dots and dashes',
      'Choose one such as "usb-disk".',
    );
  if (console.settings.stores().some((store) => store.name === name))
    throw new Failure(
      'STORE_EXISTS',
      `there is a store ${name} already`,
      'Choose another name, or remove that one first.',
    );
  if (settings.kind === 'local') await createStoreFolder(name, settings.path);
  const store = await openStore(name, settings, secret);
  const [{ id }, keys] = [console.repository(), await publishedKeys(console)];
  await isPrepared(store, id, signal); // a store of another repository is refused before anything is written there
  const probe = await probeStore(store, signal);
  if (probe.failure) throw new Failure(probe.failure.code, probe.failure.message, probe.failure.hint, probe.failure);
  const capacity = await store.capacity(signal);
  await joinRepository(store, id, keys, signal);
  if (secret !== null) await console.secrets.set(`store:${name}`, secret);
  console.settings.addStore(name, settings);
  await saveSettings(console);
  return { name, kind: settings.kind, place: placeOf(settings), ...probe, ...capacity };
}

/** Writes, reads, lists and deletes a probe, and times it. What fails is in the answer, not thrown. @throws STORE_NOT_FOUND, CANCELLED */
export async function testStore(console: Console, name: string, signal?: AbortSignal): Promise<StoreAnswer> {
  const handle = namedStore(console, name);
  const store = await handle.open();
  const probe = await probeStore(store, signal);
  const unknown = { usedBytes: null, capacityBytes: null, freeBytes: null };
  const capacity = probe.reachable ? await store.capacity(signal) : unknown;
  return { name, kind: handle.kind, place: placeOf(handle.settings), ...probe, ...capacity };
}

/** Forgets a store, its secret and everything that was set for it; what lies in it stays. @throws STORE_NOT_FOUND */
export async function removeStore(console: Console, name: string): Promise<{ name: string; removed: true }> {
  namedStore(console, name);
  console.settings.removeStore(name);
  setPolicy(console.preferences, name, null);
  forgetReadLimits(console, name);
  (await import('./alerts.ts')).forgetQuota(console, name);
  console.looks.forget('store', name);
  await console.secrets.forget(`store:${name}`);
  await saveSettings(console);
  return { name, removed: true };
}

/** Where a store is, in a line: its folder, or endpoint, bucket and prefix. */
export function placeOf(settings: StoreSettings): string {
  if (settings.kind === 'local') return settings.path;
  return `${settings.endpoint}/${settings.bucket}${settings.prefix === '' ? '' : `/${settings.prefix}`}`;
}
