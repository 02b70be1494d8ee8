import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Entries of our own: the command line, and every file that runs in a thread or process of its own. */
const entries = [...globSync('main/cli.ts'), ...globSync('main/**/*Worker.ts')];

/** Gives the age library the cipher of main/sealing/chacha.ts, which itself falls back on the library's own. */
const nativeChaCha: Plugin = {
  name: 'native-chacha',
  enforce: 'pre',
  resolveId(source, importer) {
    const ours = resolve(import.meta.dirname, 'main/sealing/chacha.ts');
    return source === '@noble/ciphers/chacha.js' && importer !== ours ? ours : null;
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
  plugins: [nativeChaCha],
  ssr: {
    noExternal: true,
    // Native, or optional and absent: `pg` asks for pg-native only where somebody has installed it.
    external: ['better-sqlite3', 'pg-native'],
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
