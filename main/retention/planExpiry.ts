import { backupKinds, type BackupKind } from '../../shared/backup.ts';
import type { CopyFate, ExpiringBackup, ExpiryPlan, RetentionPolicy } from '../../shared/retention.ts';
import { periodNamer, periods, type Period } from './periods.ts';

export interface ExpiryFacts {
  /** Oldest first. */
  backups: readonly ExpiringBackup[];
  /** In the order in which they are cleaned up. A policy that cannot be read is null, and then nothing goes there. */
  stores: readonly { name: string; policy: RetentionPolicy | null }[];
  /** What works with a backup now, by the id of the backup: `a restore`. */
  inUse: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  now: number;
}

/** What becomes of a copy, as far as it is decided: there is one for each of very many copies, and it is changed in place. */
interface Fate extends CopyFate {
  goes: boolean;
}

const dayMs = 86_400_000;
/** How these expire is decided with their base backup, and not by their own age. */
const decidedElsewhere: ReadonlySet<BackupKind> = new Set(['BASE', 'WAL_ARCHIVE']);
const periodWishes = {
  day: 'keepDaily',
  week: 'keepWeekly',
  month: 'keepMonthly',
  year: 'keepYearly',
} as const satisfies Record<Period, keyof RetentionPolicy>;

/**
 * Decides for every copy whether it stays or goes, and why, from nothing but what is known.
 *
 * Whatever the policies say, these stay: what is pinned, being made or in use; what this version does not understand;
 * in each store the newest good copy of each source, tenant and kind, and the newest verified one; the only good copy
 * of a backup that another store should still keep but does not have; and everything of a source, tenant and kind that
 * has no good copy anywhere. Whether a tenant or source still exists is never asked. What goes is listed in the order of the stores, oldest first.
 */
export function planExpiry({ backups, stores, inUse, now }: ExpiryFacts): ExpiryPlan {
  const { ofBackups, ofStores, families } = undecided(backups, stores);
  const namers = new Map<string, ReturnType<typeof periodNamer>>();
  const judges = stores.map(({ policy }) => policy && judgeBy(policy, now, namers));
  for (const family of families) {
    const restorable = family.some((here) => here.some(isGood));
    for (const [index, here] of family.entries()) {
      const judge = judges[index];
      if (!judge) for (const fate of here) keepIt(fate, 'the rules of this store cannot be read');
      else if (!restorable) for (const fate of here) keepIt(fate, `no good one ${ofWhom(fate.backup)} is left`);
      else judge(here);
      for (const fate of here) decideAnyway(fate, inUse);
    }
  }
  for (const together of ofBackups) keepForOtherStores(together);
  const plan: ExpiryPlan = { delete: [], keep: [] };
  for (const fates of ofStores) for (const fate of fates) plan[fate.goes ? 'delete' : 'keep'].push(fate);
  return plan;
}

/** Each copy once, before anything is decided: of each backup, of each store, and by what is judged together. */
function undecided(
  backups: ExpiryFacts['backups'],
  stores: ExpiryFacts['stores'],
): {
  ofBackups: Fate[][];
  /** Oldest first. */
  ofStores: Fate[][];
  /** The copies of each source, tenant and kind, store by store, newest first. */
  families: Iterable<Fate[][]>;
} {
  const indexOf = new Map(stores.map(({ name }, index) => [name, index]));
  const byStore = () => stores.map((): Fate[] => []);
  const ofStores = byStore();
  const families = new Map<string, Fate[][]>();
  const ofBackups: Fate[][] = [];
  for (const backup of backups) {
    const { source, tenant, kind } = backup;
    const name = `${kind}\0${source}\0${tenant ?? '\0'}`;
    const family = families.get(name) ?? byStore();
    families.set(name, family);
    const together: Fate[] = [];
    for (const copy of backup.copies) {
      const index = indexOf.get(copy.store);
      if (index === undefined) continue;
      const fate = { id: backup.id, store: copy.store, reason: '', backup, copy, goes: false };
      together.push(fate);
      ofStores[index]!.push(fate);
      family[index]!.push(fate);
    }
    ofBackups.push(together);
  }
  for (const family of families.values()) for (const here of family) here.reverse();
  return { ofBackups, ofStores, families: families.values() };
}

/** What stays, or has to go, whatever the rules of the store say. */
function decideAnyway(fate: Fate, inUse: ExpiryFacts['inUse']): void {
  const { backup, copy } = fate;
  const user = inUse.get(backup.id);
  if (user !== undefined) keepIt(fate, `in use: ${user}`);
  else if (backup.copies.some(({ state }) => state === 'UPLOADING')) keepIt(fate, 'in use: it is being copied');
  else if (backup.status === 'PENDING' || backup.status === 'IN_PROGRESS') keepIt(fate, 'it is being made');
  // Its manifest may be gone already: half a copy is none.
  else if (copy.state === 'DELETING') letGo(fate, copy.reason ?? 'its deletion was begun');
  else if (backup.pinned) keepIt(fate, 'it is pinned');
  else if (!backupKinds.includes(backup.kind)) keepIt(fate, 'this version does not know backups of its kind');
  else if (decidedElsewhere.has(backup.kind)) keepIt(fate, 'it goes with the base backup that it belongs to');
}

/** The rules of one store, for the copies of one source, tenant and kind, newest first. */
function judgeBy(
  policy: RetentionPolicy,
  now: number,
  namers: Map<string, ReturnType<typeof periodNamer>>,
): (family: readonly Fate[]) => void {
  const namer = namers.get(policy.zone) ?? periodNamer(policy.zone);
  namers.set(policy.zone, namer);
  const chosen = choosePeriods(policy, namer);
  const youngEnough = judgeAge(policy);
  const old = `older than ${daysOf(policy.days ?? 0)}`;
  return (family) => {
    const good = family.filter(isGood);
    const existing = family.filter(exists);
    const keptByPeriod = chosen(good);
    // One that should be here and is not takes no place from one that is.
    if (existing.length > good.length)
      for (const [fate, reason] of chosen(existing)) if (!keptByPeriod.has(fate)) keptByPeriod.set(fate, reason);
    const newestGood = good[0];
    const newestVerified = good.find(({ copy }) => copy.verified);
    for (const fate of family) {
      const young = youngEnough(fate.backup, now) ?? keptByPeriod.get(fate);
      if (young !== undefined) keepIt(fate, young);
      else if (fate === newestGood) keepIt(fate, `the newest good one ${ofWhom(fate.backup)} here`);
      else if (fate === newestVerified) keepIt(fate, `the newest verified one ${ofWhom(fate.backup)} here`);
      else letGo(fate, goneReason(fate, old));
    }
  };
}

/** Why its age alone keeps it; what is said of a day is put together once. */
function judgeAge({
  days,
  verifiedGraceDays: grace,
}: RetentionPolicy): (backup: ExpiringBackup, now: number) => string | undefined {
  if (days === null) return () => 'everything is kept here';
  const young = sayOfDay((day) => `until ${day}: it is younger than ${daysOf(days)}`);
  const verified = sayOfDay((day) => `until ${day}: verified ones stay ${daysOf(grace)} longer`);
  return ({ countsFrom, status }, now) => {
    const end = countsFrom + days * dayMs;
    if (now < end) return young(end);
    const longer = end + grace * dayMs;
    return status === 'VERIFIED' && now < longer ? verified(longer) : undefined;
  };
}

function sayOfDay(say: (day: string) => string): (moment: number) => string {
  const said = new Map<number, string>();
  return (moment) => {
    const day = Math.floor(moment / dayMs);
    const known = said.get(day);
    if (known !== undefined) return known;
    const reason = say(new Date(moment).toISOString().slice(0, 10));
    said.set(day, reason);
    return reason;
  };
}

function goneReason({ copy }: Fate, old: string): string {
  switch (copy.state) {
    case 'MISSING':
    case 'DAMAGED':
      return `${old}, and not good any more`;
    case 'PENDING':
    case 'UPLOADING':
    case 'FAILED':
      return `${old}, and never came here whole`;
    default:
      return old;
  }
}

/** Which of a family, newest first, the numbers of a policy choose, and why. */
function choosePeriods(
  policy: RetentionPolicy,
  nameOf: ReturnType<typeof periodNamer>,
): (family: readonly Fate[]) => Map<Fate, string> {
  const { keepLast } = policy;
  const wishes = periods.filter((period) => policy[periodWishes[period]] > 0);
  return (family) => {
    const chosen = new Map<Fate, string>();
    for (const fate of family.slice(0, keepLast))
      chosen.set(fate, keepLast === 1 ? 'it is the last one' : `one of the last ${keepLast}`);
    for (const period of wishes) {
      const seen = new Set<string>();
      for (const fate of family) {
        const name = nameOf(fate.backup.createdAt, period);
        if (seen.has(name)) continue;
        if (seen.size === policy[periodWishes[period]]) break;
        seen.add(name);
        if (!chosen.has(fate)) chosen.set(fate, `the newest of the ${period} ${name}`);
      }
    }
    return chosen;
  };
}

/**
 * Of a backup that a store should still have and has not, one good copy stays, so that it can be sent there.
 * @param together what becomes of all copies of one backup.
 */
function keepForOtherStores(together: readonly Fate[]): void {
  const only = together.find((fate) => fate.goes && isGood(fate));
  if (!only || together.some((fate) => !fate.goes && isGood(fate))) return;
  const lacking = together.find((fate) => !fate.goes);
  if (lacking) keepIt(only, `the only good copy, and ${lacking.copy.store} should still get one`);
}

function isGood({ backup, copy }: Fate): boolean {
  return copy.state === 'STORED' && (backup.status === 'COMPLETED' || backup.status === 'VERIFIED');
}

function exists({ backup, copy }: Fate): boolean {
  return copy.state !== 'DELETING' && (backup.status === 'COMPLETED' || backup.status === 'VERIFIED');
}

function keepIt(fate: Fate, reason: string): void {
  fate.goes = false;
  fate.reason = reason;
}

function letGo(fate: Fate, reason: string): void {
  fate.goes = true;
  fate.reason = reason;
}

function ofWhom({ source, tenant, kind }: ExpiringBackup): string {
  if (tenant !== null) return `of tenant ${tenant} of ${source}`;
  return kind === 'CONFIGURATION' ? `of the configuration of ${source}` : `of ${source}`;
}

function daysOf(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
