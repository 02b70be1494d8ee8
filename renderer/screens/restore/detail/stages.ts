/** The stages of a restore in their order: how the engine calls them, and what they do. */
const stages: readonly [name: string, does: string][] = [
  ['checking', 'Check the backup and the server'],
  ['fetching', 'Fetch a copy and compare its hashes'],
  ['making the tables', 'Make the tables'],
  ['loading rows', 'Load the rows'],
  ['building indexes and keys', 'Build indexes and keys'],
  ['verifying', 'Compare every table with the backup'],
  ['analyzing', 'Prepare the database for quick queries'],
];
const swapping = ['swapping', 'Exchange it for the live database'] as const;

export type StageState = 'done' | 'running' | 'ahead';

/** Pure: the stages of a running restore, with what is done and what is still ahead. */
export function stagesOf(stage: string, swaps: boolean): { name: string; does: string; state: StageState }[] {
  const all = swaps || stage === swapping[0] ? [...stages, swapping] : stages;
  const at = all.findIndex(([name]) => name === stage);
  return all.map(([name, does], index) => ({
    name,
    does,
    state: index < at ? 'done' : index === at ? 'running' : 'ahead',
  }));
}
