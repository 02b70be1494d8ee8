import { atLeastAsBad, severities, type Severity } from '../../shared/alert.ts';
import type { AlertRules } from '../../shared/alertRules.ts';
import type { Facts } from './facts.ts';
import { counted, type Condition, type Rule, type Suspect } from './rule.ts';
import { backups } from './rules/backups.ts';
import { copies } from './rules/copies.ts';
import { deviation } from './rules/deviation.ts';
import { jobs } from './rules/jobs.ts';
import { proofs } from './rules/proofs.ts';
import { reach } from './rules/reach.ts';
import { storage } from './rules/storage.ts';
import { tenants } from './rules/tenants.ts';
import { upkeep } from './rules/upkeep.ts';

/** Every rule there is; the test of this file knows that each type belongs to exactly one. */
export const allRules: readonly Rule[] = [reach, backups, copies, storage, deviation, proofs, jobs, tenants, upkeep];

/**
 * What is wrong now, by root cause: a condition that follows from another one that holds is told as a part of that one,
 * which is then as bad as the worse of the two. It becomes one of its own when the cause is gone and it still holds.
 */
export function judge(facts: Facts, rules: AlertRules): Condition[] {
  const holding = allRules.flatMap((rule) => rule.conditions(facts, rules));
  const present = new Set(holding.map(({ fingerprint }) => fingerprint));
  const causeOf = ({ causes }: Condition) => causes.find((cause) => present.has(cause));
  return holding
    .filter((condition) => causeOf(condition) === undefined)
    .map((root) =>
      withConsequences(
        root,
        holding.filter((condition) => causeOf(condition) === root.fingerprint),
      ),
    );
}

/** What shows that an alert is over, as a sentence; null where nothing does. */
export function evidenceOf(alert: Suspect, facts: Facts, rules: AlertRules): string | null {
  const { source, store } = alert.about;
  if (source !== null && !facts.sources.some(({ name }) => name === source)) return `${source} is not watched any more`;
  if (store !== null && !facts.stores.some(({ name }) => name === store)) return `${store} is not used any more`;
  return allRules.find(({ types }) => types.includes(alert.type))?.evidence(alert, facts, rules) ?? null;
}

export function worse(one: Severity, other: Severity): Severity {
  return atLeastAsBad(one, other) ? one : other;
}

function withConsequences(root: Condition, consequences: readonly Condition[]): Condition {
  const [first, ...more] = consequences.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  if (!first) return root;
  const others = more.length === 0 ? '' : ` (and ${counted(more.length, 'other alert')})`;
  return {
    ...root,
    severity: worse(root.severity, first.severity),
    message: `${root.message}. Because of it: ${first.message}${others}`,
  };
}
