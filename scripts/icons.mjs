// Draws the pictures in assets/ anew from their SVG sources: `node scripts/icons.mjs`, after a change of one of them.
import { chromium } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const assets = fileURLToPath(new URL('../assets/', import.meta.url));
const colours = { good: '#2b8a3e', warning: '#b35900', bad: '#c92a2a', working: '#1864ab', unknown: '#6c757d' };

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] });
const page = await browser.newPage();

await draw(readFileSync(`${assets}icon.svg`, 'utf8'), 1024, 'icon.png');
const symbols = readFileSync(`${assets}tray/tray.svg`, 'utf8').replace(/^<svg[^>]*>|<\/svg>\s*$/g, '');
for (const [state, colour] of Object.entries(colours))
  for (const [size, suffix] of [
    [16, ''],
    [32, '@2x'],
  ]) {
    await draw(trayIcon(state, colour), size, `tray/${state}${suffix}.png`);
    await draw(templateIcon(state), size, `tray/${state}Template${suffix}.png`);
  }
await browser.close();

/** A coloured door with a white sign. */
function trayIcon(state, colour) {
  return svg(`${symbols}<use href="#door" fill="${colour}"/><g ${stroke('#ffffff')}><use href="#${state}"/></g>`);
}

/** For the menu bar of macOS, which colours it by itself: a black door, out of which the sign is cut. */
function templateIcon(state) {
  const cut = `<mask id="cut"><use href="#door" fill="#ffffff"/><g ${stroke('#000000')}><use href="#${state}"/></g></mask>`;
  return svg(`${symbols}${cut}<g mask="url(#cut)"><use href="#door" fill="#000000"/></g>`);
}

function stroke(colour) {
  return `fill="none" stroke="${colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"`;
}

function svg(content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${content}</svg>`;
}

async function draw(source, size, file) {
  await page.setViewportSize({ width: size, height: size });
  const sized = source.replace('<svg ', `<svg width="${size}" height="${size}" `);
  await page.setContent(`<style>html,body{margin:0;background:transparent}svg{display:block}</style>${sized}`);
  writeFileSync(assets + file, await page.screenshot({ omitBackground: true }));
}
