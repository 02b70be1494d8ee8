import { defineConfig } from '@playwright/test';

/** Playwright is the only runner: it brings worker-scoped fixtures for clusters and stores. */
export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './tests/support/globalSetup.ts',
  reporter: './tests/support/reporter.ts',
  // A file's tests share its cluster and stand in its order; files run side by side.
  workers: 2,
  fullyParallel: false,
  // A test that passes at the second attempt has found something.
  retries: 0,
  forbidOnly: true,
  projects: [
    { name: 'unit', testDir: 'tests/unit', timeout: 30_000 },
    { name: 'integration', testDir: 'tests/integration', timeout: 120_000 },
  ],
});
