import { expect } from '@playwright/test';
import { z } from 'zod';
import { Preferences } from '../../../main/state/preferences.ts';
import { test } from '../../support/scratchFolder.ts';

const shell = z.object({ closeToTray: z.boolean() });

test('what was never set is the fallback', ({ state }) => {
  expect(new Preferences(state).get('shell', shell, { closeToTray: true })).toEqual({ closeToTray: true });
});

test('what was set is found again, by name, and a new value replaces the old', ({ state }) => {
  const preferences = new Preferences(state);
  preferences.set('shell', { closeToTray: true });
  preferences.set('kitProven', true);
  preferences.set('shell', { closeToTray: false });
  const again = new Preferences(state);
  expect(again.get('shell', shell, { closeToTray: true })).toEqual({ closeToTray: false });
  expect(again.get('kitProven', z.boolean(), false)).toBe(true);
  expect(again.all()).toEqual({ kitProven: true, shell: { closeToTray: false } });
});

test('what another version has set in another shape is the fallback', ({ state }) => {
  const preferences = new Preferences(state);
  preferences.set('shell', { closeToTray: 'sometimes' });
  expect(preferences.get('shell', shell, { closeToTray: true })).toEqual({ closeToTray: true });
});

test('a name is only a name, whatever it looks like', ({ state }) => {
  const preferences = new Preferences(state);
  preferences.set(`'; DROP TABLE people; --`, 1);
  expect(preferences.get(`'; DROP TABLE people; --`, z.number(), 0)).toBe(1);
});
