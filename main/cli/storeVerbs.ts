import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import { formatBytes } from '../../shared/format.ts';
import { storeKinds, type StoreKind, type StoreSettings } from '../../shared/store.ts';
import type { StoreAnswer } from '../requests/stores.ts';
import { columns } from './columns.ts';
import { runVerb, withConsole } from './run.ts';
import { readSecret } from './secretInput.ts';

const requests = () => import('../requests/stores.ts');

interface AddOptions {
  kind: StoreKind;
  path?: string;
  endpoint?: string;
  bucket?: string;
  region?: string;
  prefix?: string;
  accessKey?: string;
  account?: string;
  secretStdin?: boolean;
}

export function addStoreVerbs(program: Command): void {
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
          const settings = await storeSettings(options);
          const secret =
            settings.kind === 'local' ? null : await readSecret(options.secretStdin ?? false, 'Secret access key: ');
          if (settings.kind !== 'local' && secret === null)
            throw new Failure('USAGE', 'the secret access key is missing', 'Pipe it in with --secret-stdin.');
          return withConsole(verb, true, async (console) =>
            (await requests()).addStore(console, { name, settings, secret }),
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
        (verb) => withConsole(verb, false, async (console) => ({ stores: (await requests()).listStores(console) })),
        ({ stores }) =>
          stores.length === 0
            ? 'No store yet: strongroom store add local --kind local --path DIR'
            : columns(
                ['NAME', 'KIND', 'PLACE'],
                stores.map(({ name, kind, place }) => [name, kind, place]),
              ),
      ),
    );

  store
    .command('test <name>')
    .description('write, read, list and delete a probe, and time it')
    .action((name: string, _options: unknown, command: Command) =>
      runVerb(
        command,
        (verb) => withConsole(verb, false, async (console) => (await requests()).testStore(console, name)),
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
        (verb) => withConsole(verb, true, async (console) => (await requests()).removeStore(console, name)),
        () => `${name} is forgotten; what lies in it stays`,
      ),
    );
}

async function storeSettings(options: AddOptions): Promise<StoreSettings> {
  const { kind } = options;
  if (kind === 'local') {
    if (!options.path) throw missing('--path');
    return { kind, path: resolve(options.path) };
  }
  const { b2Region, r2Endpoint } = await import('../storage/storePresets.ts');
  const endpoint = options.endpoint ?? (kind === 'r2' && options.account ? r2Endpoint(options.account) : undefined);
  if (!endpoint) throw missing(kind === 'r2' ? '--account or --endpoint' : '--endpoint');
  if (!options.bucket) throw missing('--bucket');
  if (!options.accessKey) throw missing('--access-key');
  const usual = { r2: 'auto', b2: b2Region(endpoint) ?? 'us-west-004', s3: 'us-east-1' }[kind];
  const prefix = (options.prefix ?? '').replace(/^\/+|\/+$/g, '');
  return {
    kind,
    endpoint,
    bucket: options.bucket,
    region: options.region ?? usual,
    prefix,
    accessKeyId: options.accessKey,
  };
}

function missing(option: string): Failure {
  return new Failure(
    'USAGE',
    `a store of this kind needs ${option}`,
    '`strongroom store add --help` lists the options.',
  );
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
  if (usedBytes !== null) lines.push(`  used      ${formatBytes(usedBytes)} by backups`);
  if (freeBytes !== null) lines.push(`  free      ${formatBytes(freeBytes)}`);
  return lines.join('\n');
}
