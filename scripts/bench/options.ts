import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const measures = [
  'backup',
  'old-way',
  'restic',
  'size',
  'restore',
  'merge',
  'memory',
  'tenants',
  'delay',
  'list',
  'console',
  'scale',
] as const;
export type Measure = (typeof measures)[number];

export interface BenchOptions {
  /** Of the shop: 7 makes about 1 GB of raw dump. The small one has a tenth. */
  scale: number;
  runs: number;
  wanted: ReadonlySet<Measure>;
  /** Where the filled cluster stays between invocations; null makes one for this run. */
  clusterDir: string | null;
}

export const usage = `usage: npm run bench -- [options]

  --scale N       size of the shop: 7 (the default) makes about 1 GB of raw dump
  --runs N        how often everything is measured, 5 when not said
  --only NAME     ${measures.join(', ')}; may be repeated
  --cluster DIR   the PostgreSQL cluster to use; made and filled there when DIR does not exist, and kept`;

/** The options are not what they should be; the message is for the person. */
export class WrongUsage extends Error {}

/** @throws WrongUsage */
export function parseOptions(args: readonly string[]): BenchOptions {
  const values = parseNames(args);
  const scale = Number(values.scale);
  if (!(scale >= 0.1 && scale <= 100)) throw new WrongUsage('--scale is from 0.1 to 100');
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) throw new WrongUsage('--runs is from 1 to 100');
  const wanted = values.only.map((name) => {
    const measure = measures.find((known) => known === name);
    if (measure) return measure;
    throw new WrongUsage(`--only is one of ${measures.join(', ')}`);
  });
  return {
    scale,
    runs,
    wanted: new Set(wanted),
    clusterDir: values.cluster === undefined ? null : resolve(values.cluster),
  };
}

function parseNames(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scale: { type: 'string', default: '7' },
        runs: { type: 'string', default: '5' },
        only: { type: 'string', multiple: true, default: [...measures] },
        cluster: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
