/** Cloudflare R2's endpoint of an account (https://developers.cloudflare.com/r2/api/s3/api/). Its region is `auto`. */
export function r2Endpoint(account: string): string {
  return `https://${account}.r2.cloudflarestorage.com`;
}

/** The region in a Backblaze B2 endpoint `https://s3.<region>.backblazeb2.com`, or null when it is not one. */
export function b2Region(endpoint: string): string | null {
  return /^(?:https:\/\/)?s3\.([a-z0-9-]+)\.backblazeb2\.com\/?$/i.exec(endpoint.trim())?.[1] ?? null;
}
