import type { MantineColorSchemeManager } from '@mantine/core';
import { create } from 'zustand';

export const colourSchemes = ['auto', 'light', 'dark'] as const;
/** `auto` follows the system. */
export type ColourScheme = (typeof colourSchemes)[number];

export const densities = ['dense', 'comfortable'] as const;
export type Density = (typeof densities)[number];

interface Appearance {
  scheme: ColourScheme;
  density: Density;
}

const storageKey = 'strongroom.appearance';

/** How this window looks: a matter of the person and the screen, and so kept here and not in the console. */
export const useAppearance = create<Appearance>(read);

export function setScheme(scheme: ColourScheme): void {
  useAppearance.setState({ scheme });
}

export function setDensity(density: Density): void {
  useAppearance.setState({ density });
}

/** Puts the density on the page, and keeps every change. */
export function applyAppearance(): void {
  const apply = ({ density }: Appearance) => {
    document.documentElement.dataset.density = density;
  };
  apply(useAppearance.getState());
  useAppearance.subscribe((appearance) => {
    apply(appearance);
    localStorage.setItem(storageKey, JSON.stringify(appearance));
  });
}

let stop: (() => void) | null = null;

/** Lets the components take their colours from here. */
export const colourSchemeManager: MantineColorSchemeManager = {
  get: () => useAppearance.getState().scheme,
  set: (scheme) => {
    if (scheme !== useAppearance.getState().scheme) setScheme(scheme);
  },
  subscribe: (onUpdate) => {
    stop = useAppearance.subscribe((now, before) => {
      if (now.scheme !== before.scheme) onUpdate(now.scheme);
    });
  },
  unsubscribe: () => stop?.(),
  clear: () => setScheme('auto'),
};

function read(): Appearance {
  const kept = localStorage.getItem(storageKey) ?? '';
  const one = <Value extends string>(values: readonly Value[], first: Value) =>
    values.find((value) => kept.includes(`"${value}"`)) ?? first;
  return { scheme: one(colourSchemes, 'auto'), density: one(densities, 'dense') };
}
