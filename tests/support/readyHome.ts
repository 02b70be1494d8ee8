import { changing } from '../../main/cli/changing.ts';
import type { Verb } from '../../main/cli/run.ts';
import { homeAt } from '../../main/console/home.ts';
import { setUp } from '../../main/requests/setUp.ts';
import { addSource, connectionOf } from '../../main/requests/sources.ts';
import { addStore, storeSettings, type StoreOptions } from '../../main/requests/stores.ts';
import type { TenantModel } from '../../shared/source.ts';

/**
 * What `strongroom init` does, in the process of the tests, audit log and all: most tests begin with a home that is
 * ready, and a program of its own for each step of that would cost them a second. The verbs themselves are tested in
 * tests/integration/setup and tests/integration/backup.
 */
export async function initHome(home: string, recoveryKit: string): Promise<void> {
  const made = await setUp(homeAt(home), { recoveryKit });
  await changing(verbOn(home), 'setUp.begin', {}, () => made);
}

/** What `strongroom store add` does. */
export async function addStoreTo(
  home: string,
  name: string,
  options: StoreOptions,
  secret: string | null = null,
): Promise<void> {
  const settings = storeSettings(options);
  await changing(verbOn(home), 'stores.add', { name }, (console) => addStore(console, { name, settings, secret }));
}

/** What `strongroom source add` does; the URL has no password. */
export async function addSourceTo(
  home: string,
  ask: { name: string; url: string; password: string; tenants?: TenantModel },
): Promise<void> {
  const { name, url, password, tenants = null } = ask;
  const source = { name, connection: connectionOf(url), password, toolsDir: null, tenants };
  await changing(verbOn(home), 'sources.add', { name }, (console) => addSource(console, source));
}

function verbOn(home: string): Verb {
  return { home: homeAt(home), signal: new AbortController().signal, watcher: {} };
}
