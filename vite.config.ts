import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Entries of our own: the command line, the desktop app, and every file that runs in a thread or process of its own. */
const entries = [...globSync('main/{cli,desktop}.ts'), ...globSync('main/**/*Worker.ts')];

/** What the age library gets of ours in place of its own: the runtime's own cipher and key derivation, where there are any. */
const native: Record<string, string> = {
  '@noble/ciphers/chacha.js': resolve(import.meta.dirname, 'main/sealing/chacha.ts'),
  '@noble/hashes/scrypt.js': resolve(import.meta.dirname, 'main/sealing/scrypt.ts'),
};
const nativeCrypto: Plugin = {
  name: 'native-crypto',
  enforce: 'pre',
  resolveId(source, importer) {
    const ours = native[source];
    return ours && importer !== ours ? ours : null;
  },
};

/**
 * Bundles main/ for Node into out/main/: entries and chunks in one flat folder, because whoever starts a worker looks
 * for it beside itself.
 *
 * Packages are bundled too, because opening hundreds of files is what makes a command line slow to start.
 * What is imported dynamically stays in a chunk of its own: `list` never reads the S3 client.
 */
export default defineConfig({
  plugins: [nativeCrypto],
  ssr: {
    noExternal: true,
    // Native, or optional and absent: `pg` asks for pg-native only where somebody has installed it. Electron is the
    // runtime itself.
    external: ['better-sqlite3', 'pg-native', 'electron'],
  },
  build: {
    ssr: true,
    outDir: 'out/main',
    target: 'node22',
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(entries.map((file) => [basename(file, '.ts'), file])),
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
