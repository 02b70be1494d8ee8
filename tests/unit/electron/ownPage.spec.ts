import { expect, test } from '@playwright/test';
import { isOwnPage, sentByOwnPage } from '../../../main/electron/ownPage.ts';

for (const url of ['app://strongroom/', 'app://strongroom/#/backups', 'app://strongroom/index.html?a=b'])
  test(`${url} is a page of the console`, () => expect(isOwnPage(url)).toBe(true));

for (const url of [
  '',
  'about:blank',
  'app://strongroom.evil.example/',
  'app://evil.example/strongroom/',
  'app://strongroom:80/',
  'app://user@strongroom/',
  'APP//strongroom/',
  'https://strongroom/',
  'file:///strongroom/',
  'javascript:alert(1)',
  'data:text/html,app://strongroom/',
])
  test(`${url || 'nothing'} is none`, () => expect(isOwnPage(url)).toBe(false));

const page = { url: 'app://strongroom/#/', parent: null };

test('only the page of our window is heard, and no frame in it', () => {
  expect(sentByOwnPage(page, page)).toBe(true);
  expect(sentByOwnPage({ ...page }, page), 'another page at the same address').toBe(false);
  expect(sentByOwnPage({ ...page, parent: page }, page), 'a frame inside').toBe(false);
  expect(sentByOwnPage(null, page), 'a page that is gone').toBe(false);
  expect(sentByOwnPage(page, null), 'a window that is gone').toBe(false);
  const gone = { ...page, url: 'https://example.com/' };
  expect(sentByOwnPage(gone, gone), 'a window that was led elsewhere').toBe(false);
});
