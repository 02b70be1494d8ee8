import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import fusesOf from '@electron/fuses';
import { expect } from '@playwright/test';
import { answerOf, test } from '../../support/desktopApp.ts';
import { filesBelow } from '../../support/shopConsole.ts';

const { FuseV1Options, getCurrentFuseWire } = fusesOf;
/** A fuse that is on, as it stands in the binary. */
const enabled = '1'.charCodeAt(0);
const top = join(import.meta.dirname, '../../..');
/** Packages of the packer itself, in the versions that it uses. */
const ofBuilder = createRequire(createRequire(join(top, 'package.json')).resolve('electron-builder'));
const ofPacker = createRequire(ofBuilder.resolve('app-builder-lib'));
const asar = ofPacker('@electron/asar') as {
  createPackage(source: string, target: string): Promise<void>;
  extractAll(archive: string, target: string): void;
  listPackage(archive: string, options: { isPack: boolean }): string[];
  statFile(archive: string, file: string): { unpacked?: boolean; files?: object; integrity?: { hash: string } };
};

/** The marks by which a real Electron is known, and its usual fuses: what the packer needs of it. */
async function electronForPacking(folder: string): Promise<string> {
  const electron = join(folder, 'electron');
  mkdirSync(join(electron, 'resources'), { recursive: true });
  const sentinel = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
  const fuses = Buffer.from([1, 8, ...Buffer.from('10110001')]);
  writeFileSync(join(electron, 'electron'), Buffer.concat([sentinel, fuses]), { mode: 0o755 });
  mkdirSync(join(folder, 'empty'));
  await asar.createPackage(join(folder, 'empty'), join(electron, 'resources/default_app.asar'));
  return electron;
}

async function pack(folder: string): Promise<{ binary: string; archive: string; resources: string }> {
  const electron = await electronForPacking(folder);
  const output = join(folder, 'packages');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ofBuilder.resolve('electron-builder/cli.js'),
      '--linux',
      'dir',
      '--x64',
      `-c.electronDist=${electron}`,
      `-c.directories.output=${output}`,
    ],
    { cwd: top, encoding: 'utf8' },
  );
  expect(status, `${stdout}${stderr}`).toBe(0);
  const unpacked = join(output, 'linux-unpacked');
  const resources = join(unpacked, 'resources');
  return { binary: join(unpacked, 'strongroom'), archive: join(resources, 'app.asar'), resources };
}

test('the packed app holds what it needs to run, and nothing else', async ({ folder, startApp }) => {
  const { binary, archive, resources } = await pack(folder);

  const files = asar
    .listPackage(archive, { isPack: false })
    .map((file) => file.slice(1))
    .filter((file) => asar.statFile(archive, file).files === undefined);
  const expected = [
    /^package\.json$/,
    /^out\/main\/[\w.-]+\.js$/,
    /^out\/preload\/preload\.cjs$/,
    /^out\/renderer\/(index|passphrase)\.html$/,
    /^out\/renderer\/assets\/[\w.-]+\.(js|css|svg)$/,
    /^assets\/icon\.png$/,
    /^assets\/tray\/\w+(@2x)?\.png$/,
    /^node_modules\/better-sqlite3\/(package\.json|lib\/[\w/-]+\.js|prebuilds\/linux-x64\.node)$/,
  ];
  expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
  for (const pattern of expected)
    expect(
      files.some((file) => pattern.test(file)),
      String(pattern),
    ).toBe(true);
  expect(statSync(archive).size, 'and it stays small').toBeLessThan(12_000_000);

  // What lies outside the archive is not checked by Electron: only what the system has to load itself.
  expect(filesBelow(join(resources, 'app.asar.unpacked'))).toEqual([
    'node_modules/better-sqlite3/prebuilds/linux-x64.node',
  ]);
  for (const file of files) expect(asar.statFile(archive, file).integrity?.hash, file).toMatch(/^[0-9a-f]{64}$/);

  const fuses = await getCurrentFuseWire(binary);
  const on = (fuse: fusesOf.FuseV1Options) => Number(fuses[fuse]) === enabled;
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
    integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
    fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    cookieEncryption: true,
    nodeOptions: false,
    inspect: false,
    integrity: true,
    onlyAsar: true,
    fileProtocol: false,
  });

  const appPath = join(folder, 'extracted');
  asar.extractAll(archive, appPath);
  const app = await startApp({ home: join(folder, 'home'), appPath });
  expect(await answerOf(app.page, 'setUp.begin', {})).toMatchObject({ phase: 'ready', host: 'desktop' });
  await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('the settings of the packer are valid, and their pictures are there', async () => {
  const { validateConfiguration } = ofPacker('./util/config/config') as {
    validateConfiguration(config: unknown, logger: { isEnabled: boolean; add(): void }): Promise<void>;
  };
  const { load } = ofPacker('js-yaml') as { load(text: string): { win: object; mac: object; linux: object } };
  const config = load(readFileSync(join(top, 'electron-builder.yml'), 'utf8'));
  await validateConfiguration(config, { isEnabled: false, add: () => undefined });
  expect(config).toMatchObject({
    win: { target: ['nsis'] },
    mac: { target: ['dmg'] },
    linux: { target: ['AppImage', 'deb'] },
  });
  // Windows and macOS want 512 pixels at least: the size stands in a PNG's first chunk.
  const icon = readFileSync(join(top, 'assets/icon.png'));
  expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([1024, 1024]);
  const states = ['bad', 'good', 'unknown', 'warning', 'working'];
  const wanted = states.flatMap((state) =>
    ['', '@2x'].flatMap((size) => [`${state}${size}.png`, `${state}Template${size}.png`]),
  );
  expect(
    readdirSync(join(top, 'assets/tray'))
      .filter((name) => name.endsWith('.png'))
      .toSorted(),
  ).toEqual(wanted.toSorted());
});
