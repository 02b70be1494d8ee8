import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'vite';

/** Entries of our own: the command line, and every file that runs in a thread or process of its own. */
const entries = [...globSync('main/cli.ts'), ...globSync('main/**/*Worker.ts')];

/**
 * Bundles main/ for Node into out/main/: entries and chunks in one flat folder, because whoever starts a worker looks
 * for it beside itself.
 *
 * Packages are bundled too, because opening hundreds of files is what makes a command line slow to start.
 * What is imported dynamically stays in a chunk of its own: `list` never reads the S3 client.
 */
export default defineConfig({
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
