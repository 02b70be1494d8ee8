import { expect } from '@playwright/test';
import type { AlertType } from '../../../shared/alert.ts';
import { usualRules } from '../../../shared/alertRules.ts';
import type { Facts } from '../../../main/alerts/facts.ts';
import { evidenceOf, judge } from '../../../main/alerts/judge.ts';
import type { Condition } from '../../../main/alerts/rule.ts';

/** The types of all that is wrong. */
export const types = (given: Facts, rules = usualRules) => judge(given, rules).map(({ type }) => type);

/** The one condition of a type, and that it is the only thing that is wrong. */
export function only(type: AlertType, given: Facts, rules = usualRules): Condition {
  const all = judge(given, rules);
  expect(all.map((condition) => condition.type)).toEqual([type]);
  return all[0]!;
}

/** What shows that this condition is over, once the facts are as given. */
export const over = (condition: Condition, given: Facts, rules = usualRules) => evidenceOf(condition, given, rules);
