import type { AlertRules } from '../../../shared/alertRules.ts';
import { formatAge } from '../../../shared/format.ts';
import type { ChannelFacts, Facts } from '../facts.ts';
import { about, because, dayMs, hourMs, type Condition, type Rule } from '../rule.ts';

/** Whoever pauses the schedule for an update knows of it; by then it was forgotten. */
const pausedMs = 8 * hourMs;
/** A channel tries again by itself. */
const failingMs = 10 * 60_000;

const halted = 'SCHEDULE_HALTED';

/** What keeps Strongroom itself from doing its work: a schedule that is paused, a channel that tells nobody. */
export const upkeep: Rule = {
  types: ['SCHEDULE_HALTED', 'CHANNEL_FAILURE'],
  conditions: (facts, rules) => [
    ...pauseCondition(facts),
    ...kinds.flatMap((kind) => checkCondition(kind, facts, rules)),
    ...facts.channels.filter((channel) => isDead(channel, facts.now)).map(channelCondition),
  ],
  evidence({ type, fingerprint }, facts, rules) {
    const { pause, channels } = facts;
    const check = kinds.find((kind) => checkFingerprint(kind) === fingerprint);
    if (check !== undefined)
      return checkCondition(check, facts, rules).length === 0 ? `${checks[check]} has ended again` : null;
    if (type === 'SCHEDULE_HALTED') return pause === null ? 'the schedule runs again' : null;
    const channel = channels.find(({ name }) => fingerprintOf(name) === fingerprint);
    if (!channel) return 'the channel is not used any more';
    return channel.failingSince === null ? `${channel.name} delivers again` : null;
  },
};

const fingerprintOf = (channel: string) => `CHANNEL_FAILURE:${channel}`;

function isDead({ failingSince }: ChannelFacts, now: number): boolean {
  return failingSince !== null && now - failingSince > failingMs;
}

function pauseCondition({ pause, now }: Facts): Condition[] {
  if (!pause || now - pause.since <= pausedMs) return [];
  return [
    {
      type: 'SCHEDULE_HALTED',
      severity: 'WARNING',
      fingerprint: halted,
      occurrence: new Date(pause.since).toISOString(),
      message: `Nothing runs by itself: ${pause.by} paused the schedule ${formatAge((now - pause.since) / 1000)}`,
      hint: 'Let it run again: `strongroom schedule resume`. What was missed then runs once.',
      about: about({}),
      link: '/schedule',
      causes: [],
    },
  ];
}

/** Jobs that look after everything, and that nobody would miss. */
const checks = { integrity: 'an integrity check', cleanup: 'a clean-up' };
const kinds = ['integrity', 'cleanup'] as const;

const checkFingerprint = (kind: string) => `${halted}:${kind}`;

/** One that ends is told by its own alert where it failed; one that never comes is told here. */
function checkCondition(
  kind: keyof typeof checks,
  { sources, checked, now }: Facts,
  { checkDays }: AlertRules,
): Condition[] {
  const since = checked[kind] ?? Math.min(...sources.map(({ addedAt }) => addedAt));
  if (sources.length === 0 || now - since <= checkDays * dayMs) return [];
  return [
    {
      type: 'SCHEDULE_HALTED',
      severity: 'WARNING',
      fingerprint: checkFingerprint(kind),
      occurrence: '',
      message:
        checked[kind] === null
          ? `Never has ${checks[kind]} ended`
          : `The last time that ${checks[kind]} ended was ${formatAge((now - since) / 1000)}`,
      hint: 'Look under Schedule whether it is on; Strongroom has to be open, in the tray or served for it to run.',
      about: about({}),
      link: '/schedule',
      causes: [halted],
    },
  ];
}

function channelCondition({ name, failure }: ChannelFacts): Condition {
  return {
    type: 'CHANNEL_FAILURE',
    severity: 'WARNING',
    fingerprint: fingerprintOf(name),
    occurrence: '',
    message: `The channel ${name} tells nobody of alerts${because(failure)}`,
    hint: failure?.hint ?? `Test it: strongroom notify test ${name}.`,
    about: about({}),
    link: '/settings/notifications',
    causes: [],
  };
}
