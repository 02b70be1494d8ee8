import { defineConfig, type LaunchOptions } from '@playwright/test';
import type { HostOption } from './tests/support/consoleWindow.ts';
import { electronBinary } from './tests/support/electronHost.ts';

/** Debian's browser: nothing is downloaded, and it calls nobody by itself. */
const launchOptions: LaunchOptions = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** Playwright is the only runner: it brings worker-scoped fixtures for clusters and stores. */
export default defineConfig<HostOption>({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './tests/support/globalSetup.ts',
  reporter: './tests/support/reporter.ts',
  // A file's tests share its cluster and stand in its order; files run side by side.
  workers: 2,
  fullyParallel: false,
  // A test that passes at the second attempt has found something.
  retries: 0,
  // A busy machine draws late; what a test waits for is a state, not a speed.
  expect: { timeout: 20_000 },
  forbidOnly: true,
  projects: [
    { name: 'unit', testDir: 'tests/unit', timeout: 30_000 },
    { name: 'integration', testDir: 'tests/integration', timeout: 120_000 },
    {
      name: 'app',
      testDir: 'tests/app',
      testIgnore: /desktop/,
      timeout: 120_000,
      use: { host: 'serve', launchOptions },
    },
    {
      name: 'desktop',
      testDir: 'tests/app',
      testIgnore: /serve/,
      timeout: 120_000,
      use: { host: 'desktop', launchOptions },
    },
    ...(electronBinary() === null
      ? []
      : [
          {
            name: 'electron',
            testDir: 'tests/app',
            testIgnore: /serve|desktop/,
            timeout: 120_000,
            use: { host: 'electron' as const },
          },
        ]),
  ],
});
