import { formatAge } from '../../../shared/format.ts';
import type { ChannelFacts, Facts } from '../facts.ts';
import { about, because, hourMs, type Condition, type Rule } from '../rule.ts';

/** Whoever pauses the schedule for an update knows of it; by then it was forgotten. */
const pausedMs = 8 * hourMs;
/** A channel tries again by itself. */
const failingMs = 10 * 60_000;

/** What keeps Strongroom itself from doing its work: a schedule that is paused, a channel that tells nobody. */
export const upkeep: Rule = {
  types: ['SCHEDULE_HALTED', 'CHANNEL_FAILURE'],
  conditions: (facts) => [
    ...pauseCondition(facts),
    ...facts.channels.filter((channel) => isDead(channel, facts.now)).map(channelCondition),
  ],
  evidence({ type, fingerprint }, { pause, channels }) {
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
      fingerprint: 'SCHEDULE_HALTED',
      occurrence: new Date(pause.since).toISOString(),
      message: `Nothing runs by itself: ${pause.by} paused the schedule ${formatAge((now - pause.since) / 1000)}`,
      hint: 'Let it run again: `strongroom schedule resume`. What was missed then runs once.',
      about: about({}),
      link: '/schedule',
      causes: [],
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
