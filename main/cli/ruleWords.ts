import { alertRulesSchema, type AlertRules } from '../../shared/alertRules.ts';
import { Failure } from '../../shared/failure.ts';

/** The rules as lines that `alerts set` takes: `sizePercent`, `escalateMinutes.ERROR`, `rpoHoursOf.shop`. */
export function ruleLines(rules: AlertRules): { name: string; value: number }[] {
  return Object.entries(rules).flatMap(([name, value]) =>
    typeof value === 'number'
      ? [{ name, value }]
      : Object.entries(value).map(([part, inner]) => ({ name: `${name}.${part}`, value: Number(inner) })),
  );
}

/**
 * The rules with one of them changed.
 * @param text a number; `none` takes away what was set for one source or store.
 * @throws USAGE
 */
export function withRule(rules: AlertRules, path: string, text: string): AlertRules {
  const dot = path.indexOf('.');
  const [name, part] = dot === -1 ? [path, null] : [path.slice(0, dot), path.slice(dot + 1)];
  const known: Record<string, unknown> = { ...rules };
  const before = known[name];
  const isGroup = typeof before === 'object' && before !== null;
  if (before === undefined || isGroup !== (part !== null)) throw unknownRule(path);
  const value = Number(text);
  if (part === null) known[name] = value;
  else {
    const group: Record<string, unknown> = { ...(before as Record<string, unknown>) };
    if (text === 'none') delete group[part];
    else group[part] = value;
    known[name] = group;
  }
  const parsed = alertRulesSchema.safeParse(known);
  if (parsed.success && (text === 'none' || text.trim() !== '')) return parsed.data;
  throw new Failure(
    'USAGE',
    `${text} is not possible for ${path}`,
    `It is a number: ${parsed.error?.issues[0]?.message ?? 'none was given'}.`,
  );
}

function unknownRule(path: string): Failure {
  return new Failure(
    'USAGE',
    `there is no rule ${path}`,
    '`strongroom alerts rules` lists them, such as sizePercent or rpoHoursOf.SOURCE.',
  );
}
