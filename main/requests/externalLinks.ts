import type { externalLinks } from '../../shared/contract/overview.ts';

type ExternalLink = (typeof externalLinks)[number];

/** The only pages outside that the console opens. */
const pages: Record<ExternalLink, string> = {
  'postgresql-backup': 'https://www.postgresql.org/docs/current/backup.html',
  age: 'https://age-encryption.org/',
  zstd: 'https://facebook.github.io/zstd/',
  r2: 'https://developers.cloudflare.com/r2/',
  b2: 'https://www.backblaze.com/docs/cloud-storage',
};

/** The address of a page that the console may open. */
export function externalUrl(link: ExternalLink): string {
  return pages[link];
}

/** Whether an address is one of those pages, to the letter. */
export function isExternalUrl(url: string): boolean {
  return Object.values(pages).includes(url);
}
