import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** Bundles the window's page into out/renderer. Paths are relative: it is served from `app://` and from loopback. */
export default defineConfig({
  root: resolve(import.meta.dirname, 'renderer'),
  base: './',
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, 'out/renderer'),
    emptyOutDir: true,
    target: 'chrome138',
    rolldownOptions: {
      // Besides the console, the small page on which the desktop app asks for a passphrase.
      input: ['index.html', 'passphrase.html'].map((page) => resolve(import.meta.dirname, 'renderer', page)),
    },
    sourcemap: true,
    // Fonts and pictures stay files: the content security policy allows no data: sources for scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
