import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const boundsSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const windowStateSchema = z.object({ bounds: boundsSchema, maximised: z.boolean() });

export type Bounds = z.infer<typeof boundsSchema>;
/** How the window was left. */
export type WindowState = z.infer<typeof windowStateSchema>;

export const usualSize = { width: 1280, height: 800 };
export const leastSize = { width: 900, height: 600 };
/** So much of the window's head must be on a display, or nobody could take hold of it. */
const leastVisible = { width: 120, height: 40 };

/** Reads how the window was left; null at the first start, or when the file is not what we wrote. */
export function readWindowState(path: string): WindowState | null {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null; // then the window opens as it does at the first start
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  writeFileSync(path, JSON.stringify(state));
}

/**
 * Where the window opens: where it was left, unless that display has gone or has become smaller.
 * @param displays the work areas of all displays.
 */
export function placeWindow(
  left: WindowState | null,
  displays: readonly Bounds[],
): Partial<Bounds> & typeof usualSize & { maximised: boolean } {
  if (!left) return { ...usualSize, maximised: false };
  const { bounds, maximised } = left;
  const display = displays.find((area) => canBeHeld(bounds, area));
  const width = Math.max(leastSize.width, Math.min(bounds.width, display?.width ?? usualSize.width));
  const height = Math.max(leastSize.height, Math.min(bounds.height, display?.height ?? usualSize.height));
  return display ? { x: bounds.x, y: bounds.y, width, height, maximised } : { width, height, maximised };
}

function canBeHeld(bounds: Bounds, area: Bounds): boolean {
  const visible = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const headIn = bounds.y >= area.y && bounds.y + leastVisible.height <= area.y + area.height;
  return visible >= leastVisible.width && headIn;
}
