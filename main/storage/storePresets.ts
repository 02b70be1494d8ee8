import { Failure } from '../../shared/failure.ts';
import type { StoreSettings } from '../../shared/store.ts';
import { b2Region } from '../../shared/storeAddress.ts';

export type S3Settings = Exclude<StoreSettings, { kind: 'local' }>;

/** The region that requests are signed for: the one that was given, else the one that the kind and endpoint imply. */
export function signingRegion(settings: S3Settings): string {
  if (settings.region) return settings.region;
  if (settings.kind === 'r2') return 'auto';
  if (settings.kind === 'b2') return b2Region(settings.endpoint) ?? 'us-east-1';
  return 'us-east-1';
}

/**
 * Whether the bucket goes into the path. Every S3 server takes that, it needs no wildcard DNS or certificate, and it is
 * the only way for an IP address or localhost. AWS alone asks for the bucket in the host name.
 */
export function usesPathStyle(endpoint: string): boolean {
  return !/\.amazonaws\.com(\.cn)?$/i.test(new URL(endpoint).hostname);
}

/** @throws Failure USAGE when the endpoint is no web address. */
export function checkEndpoint(store: string, endpoint: string): void {
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return;
  throw new Failure(
    'USAGE',
    `the endpoint of the store "${store}" is no web address`,
    'Give it as https://host, as the provider shows it, without the bucket.',
    { details: { store, endpoint } },
  );
}
