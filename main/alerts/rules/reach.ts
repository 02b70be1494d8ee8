import { formatDuration } from '../../../shared/format.ts';
import type { Look, SourceFacts, StoreFacts } from '../facts.ts';
import { about, because, type Condition, type Rule } from '../rule.ts';

/** A server may miss one look: what counts is that the next one failed as well. */
const patienceMs = 4 * 60_000;

export const storeUnreachable = (store: string) => `STORE_UNREACHABLE:${store}`;
export const sourceUnreachable = (source: string) => `SOURCE_UNREACHABLE:${source}`;

/** Stores and databases that do not answer, or not as they should. */
export const reach: Rule = {
  types: ['STORE_UNREACHABLE', 'SOURCE_UNREACHABLE', 'CLOCK_SKEW', 'TOOL_PROBLEM'],
  conditions: (facts, rules) => [
    ...facts.stores.filter(isDown).map(storeCondition),
    ...facts.sources.filter(({ look }) => isStuck(look)).map(sourceCondition),
    ...facts.sources.flatMap((source) => clockCondition(source, rules.clockSkewSeconds)),
    ...facts.sources.flatMap(toolCondition),
  ],
  evidence({ type, about: { source, store } }, facts, rules) {
    if (type === 'STORE_UNREACHABLE') {
      const look = facts.stores.find(({ name }) => name === store)?.look;
      return look?.failure === null ? `${store} can be written and read again` : null;
    }
    const look = facts.sources.find(({ name }) => name === source)?.look;
    if (type === 'SOURCE_UNREACHABLE') return look?.failure === null ? `${source} answers again` : null;
    const seen = look?.seen;
    if (!seen) return null;
    if (type === 'CLOCK_SKEW') return seen.skewSeconds <= rules.clockSkewSeconds ? 'the clocks agree again' : null;
    return seen.tools.every(({ severity }) => severity === 'ok') ? 'the client programs are in order' : null;
  },
};

/** A folder that is gone is gone; whatever lies across a network gets a second look. */
function isDown({ kind, look }: StoreFacts): boolean {
  return kind === 'local' ? Boolean(look?.failure) : isStuck(look);
}

function isStuck(look: Look<unknown> | null): boolean {
  return look !== null && look.failingSince !== null && look.at - look.failingSince >= patienceMs;
}

function storeCondition({ name, primary, look }: StoreFacts): Condition {
  return {
    type: 'STORE_UNREACHABLE',
    severity: primary ? 'CRITICAL' : 'ERROR',
    fingerprint: storeUnreachable(name),
    occurrence: '',
    message: `The store ${name} cannot be used${because(look?.failure ?? null)}`,
    hint: look?.failure?.hint ?? '',
    about: about({ store: name }),
    link: '/stores',
    causes: [],
  };
}

function sourceCondition({ name, look }: SourceFacts): Condition {
  return {
    type: 'SOURCE_UNREACHABLE',
    severity: 'ERROR',
    fingerprint: sourceUnreachable(name),
    occurrence: '',
    message: `The database ${name} cannot be reached${because(look?.failure ?? null)}`,
    hint: look?.failure?.hint ?? '',
    about: about({ source: name }),
    link: '/settings/sources',
    causes: [],
  };
}

function clockCondition({ name, look }: SourceFacts, limitSeconds: number): Condition[] {
  const skew = look?.seen?.skewSeconds ?? 0;
  if (skew <= limitSeconds) return [];
  return [
    {
      type: 'CLOCK_SKEW',
      severity: 'WARNING',
      fingerprint: `CLOCK_SKEW:${name}`,
      occurrence: '',
      message: `The clocks of this machine and of the server of ${name} differ by ${formatDuration(skew)}`,
      hint: 'Set both by NTP: points in time are chosen by these clocks.',
      about: about({ source: name }),
      link: '/settings/sources',
      causes: [sourceUnreachable(name)],
    },
  ];
}

/** One alert for each database, whatever number of complaints there is about its client programs. */
function toolCondition({ name, look }: SourceFacts): Condition[] {
  const complaints = (look?.seen?.tools ?? []).filter(({ severity }) => severity !== 'ok');
  const worst = complaints.find(({ severity }) => severity === 'block') ?? complaints[0];
  if (!worst) return [];
  return [
    {
      type: 'TOOL_PROBLEM',
      severity: worst.severity === 'block' ? 'ERROR' : 'INFO',
      fingerprint: `TOOL_PROBLEM:${name}`,
      occurrence: '',
      message: worst.message.charAt(0).toUpperCase() + worst.message.slice(1),
      hint: worst.hint,
      about: about({ source: name }),
      link: '/settings/about',
      causes: [sourceUnreachable(name)],
    },
  ];
}
