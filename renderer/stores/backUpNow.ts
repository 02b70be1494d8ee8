import { create } from 'zustand';

/** The tenants that somebody has chosen to back up: by their ids, or every one. */
export type TenantChoice = 'all' | readonly string[];

/**
 * Whether the dialog of a new backup is shown, which database it begins with (an empty one is chosen there), and whether
 * it begins with tenants.
 */
export const useBackUpNow = create<{ source: string | null; tenants: TenantChoice | null }>(() => ({
  source: null,
  tenants: null,
}));

/** Shows the dialog of a new backup. */
export function openBackUpNow(source = '', tenants: TenantChoice | null = null): void {
  useBackUpNow.setState({ source, tenants });
}

export function closeBackUpNow(): void {
  useBackUpNow.setState({ source: null, tenants: null });
}
