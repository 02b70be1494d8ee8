import { Option, type Command } from 'commander';
import { Failure } from '../../shared/failure.ts';
import { formatBytes } from '../../shared/format.ts';
import { storeKinds } from '../../shared/store.ts';
import type { Console } from '../console/console.ts';
import type { StoreAnswer, StoreOptions } from '../requests/stores.ts';
import { columns } from './columns.ts';
import { changing } from './changing.ts';
import { runVerb, withConsole } from './run.ts';
import { seenWords } from './seenWords.ts';
import { readSecret } from './secretInput.ts';

const requests = () => import('../requests/stores.ts');

interface AddOptions extends StoreOptions {
  secretStdin?: boolean;
}

/** @returns the verb `store`, for others of it. */
export function addStoreVerbs(program: Command): Command {
  const store = program.command('store').description('the places for copies');

  store
    .command('add <name>')
    .description('add a place for copies, once it has been written to')
    .addOption(new Option('--kind <kind>').choices([...storeKinds]).makeOptionMandatory())
    .option('--path <dir>', 'the folder of a local store')
    .option('--endpoint <url>', 'of an S3 store')
    .option('--bucket <name>')
    .option('--region <name>')
    .option('--prefix <path>', 'put everything below this')
    .option('--access-key <id>')
    .option('--secret-stdin', 'read the secret access key from stdin')
    .option('--account <id>', 'of Cloudflare R2, in the place of --endpoint')
    .action((name: string, options: AddOptions, command: Command) =>
      runVerb(
        command,
        async (verb) => {
          const { storeSettings, addStore } = await requests();
          const settings = storeSettings(options);
          const secret =
            settings.kind === 'local'
              ? null
              : await readSecret(options.secretStdin ?? false, 'Secret access key: ', verb.signal);
          if (settings.kind !== 'local' && secret === null)
            throw new Failure('USAGE', 'the secret access key is missing', 'Pipe it in with --secret-stdin.');
          return changing(verb, 'stores.add', { name }, (console) =>
            addStore(console, { name, settings, secret }, verb.signal),
          );
        },
        printStore,
      ),
    );

  store
    .command('list')
    .description('the stores')
    .action((_options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, listStores),
        ({ stores }) =>
          stores.length === 0
            ? 'No store yet: strongroom store add local --kind local --path DIR'
            : columns(['NAME', 'KIND', 'PLACE', 'COPIES', 'USED', 'MISSING', 'LAST SEEN'], stores.map(listedStore)),
      ),
    );

  store
    .command('test <name>')
    .description('write, read, list and delete a probe, and time it')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await requests()).testStore(console, name, verb.signal)),
        printStore,
        ({ writable }) => (writable ? 0 : 1),
      ),
    );

  store
    .command('remove <name>')
    .description('forget a store and its secret; what lies in it stays')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) =>
          changing(verb, 'stores.remove', { name }, async (console) => (await requests()).removeStore(console, name)),
        () => `${name} is forgotten; what lies in it stays`,
      ),
    );
  return store;
}

/** What a health check saw of each, flat as `store test` tells it; null where none has looked yet. */
async function listStores(console: Console) {
  const { seenStores } = await import('../requests/seenStores.ts');
  return {
    stores: seenStores(console).map(({ status, statusAt, ...store }) => ({
      ...store,
      reachable: status?.reachable ?? null,
      writable: status?.writable ?? null,
      failure: status?.failure ?? null,
      usedBytes: status?.usedBytes ?? store.copiedBytes,
      capacityBytes: status?.capacityBytes ?? null,
      freeBytes: status?.freeBytes ?? null,
      seenAt: statusAt,
    })),
  };
}

function listedStore(store: Awaited<ReturnType<typeof listStores>>['stores'][number]): string[] {
  const { name, kind, place, copies, usedBytes, missing, failure, seenAt } = store;
  const used = formatBytes(usedBytes);
  return [name, kind, place, String(copies), used, String(missing), seenWords(seenAt, failure)];
}

function printStore({
  name,
  kind,
  place,
  reachable,
  writable,
  failure,
  timings,
  usedBytes,
  freeBytes,
}: StoreAnswer): string {
  const lines = [`${name}  ${kind}  ${place}`];
  if (failure)
    lines.push(
      `  ${reachable ? 'answers, but' : 'not reachable:'} ${failure.message} [${failure.code}]`,
      `  ${failure.hint}`,
    );
  else lines.push('  can be written and read');
  if (writable && timings)
    lines.push(
      `  took      ${Object.entries(timings)
        .map(([step, ms]) => `${step.replace(/Ms$/, '')} ${Math.round(Number(ms ?? 0))} ms`)
        .join(', ')}`,
    );
  if (usedBytes !== null) lines.push(`  used      ${formatBytes(usedBytes)} by Strongroom`);
  if (freeBytes !== null) lines.push(`  free      ${formatBytes(freeBytes)}`);
  return lines.join('\n');
}
