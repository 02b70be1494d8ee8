import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** One CommonJS file: a sandboxed preload can load nothing else. */
export default defineConfig({
  build: {
    outDir: resolve(import.meta.dirname, 'out/preload'),
    emptyOutDir: true,
    target: 'chrome138',
    minify: false,
    lib: { entry: resolve(import.meta.dirname, 'preload/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: { external: ['electron'] },
  },
});
