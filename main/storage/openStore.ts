import { Failure } from '../../shared/failure.ts';
import type { Store, StoreSettings } from '../../shared/store.ts';
import { LocalStore } from './localStore.ts';
import { patientPolicy } from './retry.ts';
import { RetryingStore } from './retryingStore.ts';

type LocalSettings = Extract<StoreSettings, { kind: 'local' }>;

/**
 * Opens a store of any kind, ready for use: its transient failures are tried again. Nothing is contacted yet.
 *
 * `secret` is the secret access key, null for a folder. A folder gets no retrying wrapper: the kernel and the network
 * file systems already wait for a disk that comes back, and what they report is final.
 * @throws Failure STORE_ACCESS_DENIED when an S3 store has no secret, USAGE when its endpoint is no web address.
 */
export async function openStore(name: string, settings: LocalSettings, secret: string | null): Promise<LocalStore>;
export async function openStore(name: string, settings: StoreSettings, secret: string | null): Promise<Store>;
export async function openStore(name: string, settings: StoreSettings, secret: string | null): Promise<Store> {
  if (settings.kind === 'local') return new LocalStore(name, settings.path);
  if (!secret)
    throw new Failure(
      'STORE_ACCESS_DENIED',
      `the secret access key of the store "${name}" is not known on this machine`,
      'Enter the secret access key of this store again.',
      { details: { store: name } },
    );
  // Loaded only now: the AWS SDK takes longer to load than everything else together.
  const { S3Store } = await import('./s3Store.ts');
  return new RetryingStore(new S3Store(name, settings, secret), patientPolicy);
}
