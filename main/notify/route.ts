import { atLeastAsBad, type AlertNews } from '../../shared/alert.ts';
import type { Channel, ChannelHealth } from '../../shared/channel.ts';

/** Whether a channel tells a piece of news that is not a resolution. */
export function tells({ route, settings }: Channel, news: AlertNews, health: ChannelHealth): boolean {
  if (settings.kind === 'deadman') return false;
  // That a channel is dead cannot be told by the dead one.
  if (news.type === 'CHANNEL_FAILURE' && health.failingSince !== null) return false;
  if (news.event === 'escalated') return route.escalations;
  return route.minSeverity !== null && atLeastAsBad(news.severity, route.minSeverity);
}
