import { expect, test } from '@playwright/test';
import { autostartEntry } from '../../../main/electron/autostartEntry.ts';
import { menuOf } from '../../../main/electron/menuOf.ts';
import { externalUrl, isExternalUrl } from '../../../main/requests/externalLinks.ts';
import { externalLinks } from '../../../shared/contract/overview.ts';

const execOf = (...command: string[]) => /^Exec=(.*)$/m.exec(autostartEntry(command))?.[1];

test('an autostart entry quotes whatever a path may hold', () => {
  expect(execOf('/opt/Strongroom/strongroom', '--hidden')).toBe('"/opt/Strongroom/strongroom" "--hidden"');
  expect(execOf('/home/a b/100%/x')).toBe('"/home/a b/100%%/x"');
  expect(execOf('/a"b')).toBe(String.raw`"/a\\"b"`);
  expect(execOf('/a$b`c')).toBe('"/a\\\\$b\\\\`c"');
  expect(execOf(String.raw`/a\b`)).toBe(String.raw`"/a\\\\b"`);
});

for (const platform of ['linux', 'win32', 'darwin'] as const)
  test(`the menu of ${platform} has copy, paste, zoom and About, and developer tools only in a checkout`, () => {
    let shown = 0;
    const text = (packaged: boolean) => JSON.stringify(menuOf(platform, packaged, () => shown++));
    for (const role of ['editMenu', 'zoomIn', 'zoomOut', 'resetZoom']) expect(text(true)).toContain(`"role":"${role}"`);
    expect(text(false)).toContain('toggleDevTools');
    expect(text(true)).not.toContain('toggleDevTools');
    expect(text(true).includes('"appMenu"')).toBe(platform === 'darwin');
    const help = menuOf(platform, true, () => shown++).at(-1)?.submenu as { click(): void }[];
    help[0]?.click();
    expect(shown).toBe(1);
  });

test('every page outside that the console may open is secure and in the list', () => {
  for (const link of externalLinks) {
    expect(new URL(externalUrl(link)).protocol).toBe('https:');
    expect(isExternalUrl(externalUrl(link))).toBe(true);
  }
  for (const url of ['https://example.com/', 'file:///etc/passwd', 'https://age-encryption.org/?a', ''])
    expect(isExternalUrl(url), url).toBe(false);
});
