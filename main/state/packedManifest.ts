import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Manifest } from '../../shared/manifest.ts';

/** Manifests are most of the state database, which is read whole at every start: packed they take a quarter. */
export function packManifest(json: string): Buffer {
  return deflateRawSync(json);
}

export function unpackManifest(packed: Buffer): Manifest {
  return JSON.parse(inflateRawSync(packed).toString()) as Manifest;
}
