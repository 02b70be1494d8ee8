import { ulid } from 'ulid';
import { homeAt } from '../../main/console/home.ts';
import { Catalogue } from '../../main/state/catalogue.ts';
import { openState } from '../../main/state/openState.ts';
import { measured } from './measure.ts';
import type { Product } from './product.ts';

const catalogueSize = 200;
const starts = 20;

/** Fills the catalogue with likenesses of one real backup, then lists it again and again from a cold start. */
export async function coldStarts(
  product: Product,
  backupId: string,
  signal: AbortSignal,
): Promise<{ list: number[]; bareNode: number[] }> {
  multiply(product.home, backupId);
  const list: number[] = [];
  const bareNode: number[] = [];
  await product.run(['list']); // fills the compile cache, as the first start after an installation does
  for (let i = 0; i < starts; i++) {
    bareNode.push((await measured({ program: process.execPath, args: ['-e', '0'] }, signal)).seconds);
    list.push((await product.run(['list'])).seconds);
  }
  return { list, bareNode };
}

function multiply(home: string, backupId: string): void {
  const state = openState(homeAt(home).statePath, { check: false });
  try {
    const catalogue = new Catalogue(state);
    const manifest = catalogue.manifest(backupId);
    const sha256 = catalogue.get(backupId)?.sha256;
    if (!manifest || !sha256) throw new Error(`there is no backup ${backupId} to multiply`);
    for (let i = 1; i < catalogueSize; i++)
      catalogue.record({ ...manifest, id: ulid() }, sha256, { name: 'local', kind: 'local' });
  } finally {
    state.close();
  }
}
