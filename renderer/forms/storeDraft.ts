import type { StoreForm } from '../../shared/contract/stores.ts';
import type { StoreKind } from '../../shared/store.ts';
import { r2Endpoint } from '../../shared/storeAddress.ts';

/** What stands in the form of a store, of whichever kind; the fields of the other kinds keep what was typed. */
export interface StoreDraft {
  kind: StoreKind;
  name: string;
  path: string;
  /** Of Cloudflare R2: the account's ID, or the whole endpoint as Cloudflare shows it. */
  account: string;
  endpoint: string;
  bucket: string;
  region: string;
  prefix: string;
  accessKey: string;
  secret: string;
}

export const storeKindWords: Record<StoreKind, string> = {
  local: 'Folder or disk',
  r2: 'Cloudflare R2',
  b2: 'Backblaze B2',
  s3: 'Other S3',
};

/** An empty form with a name that is still free. */
export function emptyStoreDraft(kind: StoreKind, takenNames: readonly string[]): StoreDraft {
  const empty = { path: '', account: '', endpoint: '', bucket: '', region: '', prefix: '', accessKey: '', secret: '' };
  return { kind, name: freeName(kind, takenNames), ...empty };
}

/** `r2`, or `r2-2` where there is one already. */
export function freeName(wish: string, taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wish : `${wish}-${count}`;
    if (!taken.includes(name)) return name;
  }
}

/** What is sent for a draft. An address that was typed without `https://` gets it. */
export function storeFormOf(draft: StoreDraft): StoreForm {
  const { kind, name } = draft;
  if (kind === 'local') return { kind, name, path: draft.path.trim() };
  const { bucket, region, prefix, accessKey, secret } = draft;
  const endpoint = kind === 'r2' ? accountEndpoint(draft.account.trim()) : withScheme(draft.endpoint.trim());
  return {
    kind,
    name,
    endpoint,
    bucket: bucket.trim(),
    region: region.trim(),
    prefix: prefix.trim(),
    accessKey: accessKey.trim(),
    secret: secret.trim(),
  };
}

/** Also for the whole endpoint, as Cloudflare shows it. */
function accountEndpoint(account: string): string {
  if (account === '' || /[./]/.test(account)) return withScheme(account);
  return r2Endpoint(account);
}

function withScheme(address: string): string {
  return address === '' || /^[a-z]+:\/\//i.test(address) ? address : `https://${address}`;
}
