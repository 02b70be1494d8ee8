/** What of the screen stands in its address, so that a link leads to exactly this. */
export interface TenantPlace {
  source: string;
  /** `rows` shows what row-level security means for backups; anything else the tenants. */
  part: string;
  find: string;
  state: string;
}

const fields = ['source', 'part', 'find', 'state'] as const;

export function readPlace(search: string): TenantPlace {
  const params = new URLSearchParams(search);
  return Object.fromEntries(fields.map((field) => [field, params.get(field) ?? ''])) as unknown as TenantPlace;
}

/** `/tenants?source=shop&state=none`; empty fields are left out. */
export function placeOf(place: Partial<TenantPlace>): string {
  const params = new URLSearchParams();
  for (const field of fields) if (place[field]) params.set(field, place[field]);
  const search = params.toString();
  return search === '' ? '/tenants' : `/tenants?${search}`;
}
