import { alertRulesSchema, usualRules, type AlertRules } from '../../shared/alertRules.ts';
import type { Preferences } from '../state/preferences.ts';

/** The thresholds as they were set. */
export function alertRules({ preferences }: { preferences: Preferences }): AlertRules {
  return preferences.get<AlertRules>('alertRules', alertRulesSchema, usualRules);
}
