/**
 * The first minor version of each major with the security fixes of 2026. CVE-2026-18408 is among them: an older psql can
 * be made to run commands of this machine by a dump.
 */
export const safeMinors: Readonly<Record<number, number>> = { 14: 24, 15: 19, 16: 15, 17: 11, 18: 6 };

/** Whether a version has them; a major that is newer than all of them does. */
export function isSafe(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return minor >= (safeMinors[major] ?? (major > 18 ? 0 : Number.POSITIVE_INFINITY));
}
