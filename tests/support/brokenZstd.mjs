import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

// Loaded into the real program with NODE_OPTIONS: a runtime whose zstd does not give back what it was given.
Object.defineProperty(zlib, 'createZstdCompress', { value: () => zlib.createGzip() });
syncBuiltinESMExports();
