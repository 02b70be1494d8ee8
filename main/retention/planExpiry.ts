import { backupKinds, type BackupKind } from '../../shared/backup.ts';
import type { ExpiringBackup, ExpiringCopy, ExpiryPlan, RetentionPolicy } from '../../shared/retention.ts';
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

interface Item {
  backup: ExpiringBackup;
  copy: ExpiringCopy;
}

interface Verdict extends Item {
  goes: boolean;
  reason: string;
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
  const verdicts = new Map<ExpiringCopy, Verdict>();
  const namers = new Map<string, ReturnType<typeof periodNamer>>();
  const judges = stores.map(({ name, policy }) => ({ name, judge: policy && judgeBy(policy, now, namers) }));
  for (const family of familiesOf(backups)) {
    const here = judges.map(({ name, judge }) => ({ judge, items: itemsIn(name, family) }));
    const restorable = here.some(({ items }) => items.some(isGood));
    for (const { judge, items } of here) {
      let judged: Verdict[];
      if (!judge) judged = items.map((item) => keepIt(item, 'the rules of this store cannot be read'));
      else if (!restorable) judged = items.map((item) => keepIt(item, `no good one ${ofWhom(item.backup)} is left`));
      else judged = judge(items);
      for (const verdict of judged) verdicts.set(verdict.copy, untouchable(verdict, inUse) ?? verdict);
    }
  }
  for (const { copies } of backups) keepForOtherStores(copies.flatMap((copy) => verdicts.get(copy) ?? []));
  const plan: ExpiryPlan = { delete: [], keep: [] };
  for (const { name } of stores)
    for (const backup of backups) {
      const copy = backup.copies.find(({ store }) => store === name);
      const verdict = copy && verdicts.get(copy);
      if (verdict)
        plan[verdict.goes ? 'delete' : 'keep'].push({
          id: backup.id,
          store: name,
          reason: verdict.reason,
          backup,
          copy,
        });
    }
  return plan;
}

/** What stays, or has to go, whatever the rules of the store say. */
function untouchable({ backup, copy }: Verdict, inUse: ExpiryFacts['inUse']): Verdict | null {
  const item = { backup, copy };
  const user = inUse.get(backup.id);
  if (user !== undefined) return keepIt(item, `in use: ${user}`);
  if (backup.copies.some(({ state }) => state === 'UPLOADING')) return keepIt(item, 'in use: it is being copied');
  if (backup.status === 'PENDING' || backup.status === 'IN_PROGRESS') return keepIt(item, 'it is being made');
  // Its manifest may be gone already: half a copy is none.
  if (copy.state === 'DELETING') return letGo(item, copy.reason ?? 'its deletion was begun');
  if (backup.pinned) return keepIt(item, 'it is pinned');
  if (!backupKinds.includes(backup.kind)) return keepIt(item, 'this version does not know backups of its kind');
  if (decidedElsewhere.has(backup.kind)) return keepIt(item, 'it goes with the base backup that it belongs to');
  return null;
}

/** The rules of one store, for the copies of one source, tenant and kind, newest first. */
function judgeBy(
  policy: RetentionPolicy,
  now: number,
  namers: Map<string, ReturnType<typeof periodNamer>>,
): (family: readonly Item[]) => Verdict[] {
  const namer = namers.get(policy.zone) ?? periodNamer(policy.zone);
  namers.set(policy.zone, namer);
  const chosen = choosePeriods(policy, namer);
  return (family) => {
    const good = family.filter(isGood);
    // One that should be here and is not takes no place from one that is.
    const keptByPeriod = new Map([...chosen(family.filter(exists)), ...chosen(good)]);
    const newestGood = good[0];
    const newestVerified = good.find(({ copy }) => copy.verified);
    return family.map((item) => {
      const young = youngEnough(item.backup, policy, now) ?? keptByPeriod.get(item);
      if (young !== undefined) return keepIt(item, young);
      if (item === newestGood) return keepIt(item, `the newest good one ${ofWhom(item.backup)} here`);
      if (item === newestVerified) return keepIt(item, `the newest verified one ${ofWhom(item.backup)} here`);
      return letGo(item, goneReason(item, policy));
    });
  };
}

/** Why its age alone keeps it. */
function youngEnough({ countsFrom, status }: ExpiringBackup, policy: RetentionPolicy, now: number): string | undefined {
  const { days, verifiedGraceDays: grace } = policy;
  if (days === null) return 'everything is kept here';
  const end = countsFrom + days * dayMs;
  if (now < end) return `until ${dayName(end)}: it is younger than ${daysOf(days)}`;
  const longer = end + grace * dayMs;
  if (status === 'VERIFIED' && now < longer)
    return `until ${dayName(longer)}: verified ones stay ${daysOf(grace)} longer`;
  return undefined;
}

function goneReason({ copy }: Item, { days }: RetentionPolicy): string {
  const old = `older than ${daysOf(days ?? 0)}`;
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
): (family: readonly Item[]) => Map<Item, string> {
  const { keepLast } = policy;
  const wishes = periods.filter((period) => policy[periodWishes[period]] > 0);
  return (family) => {
    const chosen = new Map<Item, string>();
    for (const item of family.slice(0, keepLast))
      chosen.set(item, keepLast === 1 ? 'it is the last one' : `one of the last ${keepLast}`);
    for (const period of wishes) {
      const seen = new Set<string>();
      for (const item of family) {
        const name = nameOf(item.backup.createdAt, period);
        if (seen.has(name)) continue;
        if (seen.size === policy[periodWishes[period]]) break;
        seen.add(name);
        if (!chosen.has(item)) chosen.set(item, `the newest of the ${period} ${name}`);
      }
    }
    return chosen;
  };
}

/**
 * Of a backup that a store should still have and has not, one good copy stays, so that it can be sent there.
 * @param together what becomes of all copies of one backup.
 */
function keepForOtherStores(together: readonly Verdict[]): void {
  const only = together.find((verdict) => verdict.goes && isGood(verdict));
  if (!only || together.some((verdict) => !verdict.goes && isGood(verdict))) return;
  const lacking = together.find((verdict) => !verdict.goes);
  if (lacking) Object.assign(only, keepIt(only, `the only good copy, and ${lacking.copy.store} should still get one`));
}

/** The backups of each source, tenant and kind, newest first. */
function familiesOf(backups: readonly ExpiringBackup[]): ExpiringBackup[][] {
  const families = Map.groupBy(backups, ({ source, tenant, kind }) => `${kind}\0${source}\0${tenant ?? '\0'}`);
  return [...families.values()].map((family) => family.toReversed());
}

function itemsIn(store: string, family: readonly ExpiringBackup[]): Item[] {
  const items: Item[] = [];
  for (const backup of family) {
    const copy = backup.copies.find((known) => known.store === store);
    if (copy) items.push({ backup, copy });
  }
  return items;
}

function isGood({ backup, copy }: Item): boolean {
  return copy.state === 'STORED' && (backup.status === 'COMPLETED' || backup.status === 'VERIFIED');
}

function exists({ backup, copy }: Item): boolean {
  return copy.state !== 'DELETING' && (backup.status === 'COMPLETED' || backup.status === 'VERIFIED');
}

function keepIt({ backup, copy }: Item, reason: string): Verdict {
  return { backup, copy, goes: false, reason };
}

function letGo({ backup, copy }: Item, reason: string): Verdict {
  return { backup, copy, goes: true, reason };
}

function ofWhom({ source, tenant, kind }: ExpiringBackup): string {
  if (tenant !== null) return `of tenant ${tenant} of ${source}`;
  return kind === 'CONFIGURATION' ? `of the configuration of ${source}` : `of ${source}`;
}

function dayName(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function daysOf(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
