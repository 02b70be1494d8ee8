import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import {
  leastSize,
  placeWindow,
  readWindowState,
  usualSize,
  writeWindowState,
} from '../../../main/electron/windowState.ts';
import { test } from '../../support/scratchFolder.ts';

const first = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: -200, width: 2560, height: 1400 };
const left = (bounds: object, maximised = false) => ({
  bounds: { x: 100, y: 100, width: 1200, height: 800, ...bounds },
  maximised,
});

test('the first window has the usual size, and the system places it', () => {
  expect(placeWindow(null, [first])).toEqual({ ...usualSize, maximised: false });
});

test('a window opens where it was left, on any display', () => {
  expect(placeWindow(left({}), [first])).toEqual({ ...left({}).bounds, maximised: false });
  expect(placeWindow(left({ x: 2000, y: -150 }, true), [first, right])).toMatchObject({
    x: 2000,
    y: -150,
    maximised: true,
  });
});

test('a window whose display has gone opens where the system places it, in its size', () => {
  expect(placeWindow(left({ x: 2000 }), [first])).toEqual({ width: 1200, height: 800, maximised: false });
});

for (const [how, bounds] of Object.entries({
  'beyond the right edge': { x: 1900 },
  'beyond the left edge': { x: -1150 },
  'above the top': { y: -60 },
  'below the bottom': { y: 1030 },
}))
  test(`a window that could not be taken hold of ${how} is placed anew`, () => {
    expect(placeWindow(left(bounds), [first])).not.toHaveProperty('x');
  });

test('a window is never larger than its display nor smaller than what can be used', () => {
  expect(placeWindow(left({ width: 4000, height: 3000 }), [first])).toMatchObject({ width: 1920, height: 1040 });
  expect(placeWindow(left({ width: 10, height: 10 }), [first])).not.toHaveProperty('x');
  expect(placeWindow(left({ width: 200, height: 50 }), [first])).toMatchObject(leastSize);
});

test('what was written is read again', ({ folder }) => {
  const path = join(folder, 'window.json');
  writeWindowState(path, left({}, true));
  expect(readWindowState(path)).toEqual(left({}, true));
});

for (const text of [
  '',
  '{',
  'null',
  '{"bounds":{"x":"1"},"maximised":true}',
  '{"bounds":{"x":0,"y":0,"width":1,"height":null}}',
])
  test(`a file with ${JSON.stringify(text)} counts as none`, ({ folder }) => {
    writeFileSync(join(folder, 'window.json'), text);
    expect(readWindowState(join(folder, 'window.json'))).toBeNull();
  });
