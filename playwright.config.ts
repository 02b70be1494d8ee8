import { defineConfig } from '@playwright/test';
import { browserOptions } from './tests/support/browser.ts';
import type { HostOption } from './tests/support/consoleWindow.ts';
import { electronBinary } from './tests/support/electronHost.ts';

/** Playwright is the only runner: it brings worker-scoped fixtures for clusters and stores. */
export default defineConfig<HostOption>({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './tests/support/globalSetup.ts',
  reporter: './tests/support/reporter.ts',
  // Files run side by side; the tests of a file may share what it makes, in their order.
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
    // In a browser before `strongroom serve`: here everything is tested that a window shows. Each test begins with a
    // console of its own, so none waits for the rest of its file.
    {
      name: 'app',
      testDir: 'tests/app',
      testIgnore: /desktop\w+\.spec/,
      fullyParallel: true,
      timeout: 120_000,
      use: { host: 'serve', launchOptions: browserOptions },
    },
    // The desktop app shows the same pages of the same console, so only its own is tested in it: the bridge, the scheme
    // with its security policy, keychain, window, tray, notifications.
    {
      name: 'desktop',
      testDir: 'tests/app',
      testMatch: /desktop\w+\.spec/,
      fullyParallel: true,
      timeout: 120_000,
      use: { host: 'desktop', launchOptions: browserOptions },
    },
    // The real Electron brings a browser of its own: everything, but for the specs that look into the stand-in.
    ...(electronBinary() === null
      ? []
      : [
          {
            name: 'electron',
            testDir: 'tests/app',
            testIgnore: /serve\.spec|desktop(?!Pages)\w+\.spec/,
            timeout: 120_000,
            use: { host: 'electron' as const },
          },
        ]),
  ],
});
