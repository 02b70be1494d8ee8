import type { ChannelSettings } from '../../shared/channel.ts';
import { assertNever, Failure } from '../../shared/failure.ts';
import type { Patience } from './callHttp.ts';
import type { Courier } from './courier.ts';
import { deadman } from './deadman.ts';
import { email } from './email.ts';
import { pagerDuty } from './pagerDuty.ts';
import { slack } from './slack.ts';
import { sms } from './sms.ts';
import { webhook } from './webhook.ts';

/** What a channel keeps sealed: an address that lets in whoever knows it, and a password, key or token. */
export interface ChannelSecrets {
  url: string | null;
  secret: string | null;
}

/** A notification of the system; a click shows `path`. The desktop fills it in. */
export type SystemNotice = (message: {
  title: string;
  sentence: string;
  path: string | null;
  jobId: string | null;
}) => void;

interface Means {
  patience: Patience;
  /** Null where there is no desktop. */
  system: SystemNotice | null;
}

/** Opens a channel of any kind: this is the list of all. @throws CHANNEL_SECRET_MISSING */
export function openChannel(name: string, settings: ChannelSettings, secrets: ChannelSecrets, means: Means): Courier {
  const { patience } = means;
  const needed = (secret: string | null) => {
    if (secret !== null) return secret;
    throw new Failure(
      'CHANNEL_SECRET_MISSING',
      `the secret of the channel ${name} is not here`,
      'Set it anew: it is sealed on the machine that it was typed into.',
    );
  };
  switch (settings.kind) {
    case 'email':
      return email(settings, settings.user === null ? null : needed(secrets.secret), patience);
    case 'slack':
      return slack(needed(secrets.url), patience);
    case 'pagerduty':
      return pagerDuty(settings.url, needed(secrets.secret), patience);
    case 'sms':
      return sms(settings, needed(secrets.secret), patience);
    case 'webhook':
      return webhook(needed(secrets.url), settings.signed ? needed(secrets.secret) : null, patience);
    case 'deadman':
      return deadman(needed(secrets.url), patience);
    case 'system':
      return onDesktop(means.system);
    default:
      return assertNever(settings);
  }
}

function onDesktop(show: SystemNotice | null): Courier {
  return {
    async send({ subject, sentence, hint, about, lines, path }) {
      if (!show)
        throw new Failure(
          'CHANNEL_UNREACHABLE',
          'there is no desktop here',
          'Notifications of the system come from the desktop app only.',
        );
      const words = lines.length > 0 ? lines.join('\n') : [sentence, hint].filter((part) => part !== null).join(' ');
      show({ title: subject.split(':')[0] ?? subject, sentence: words, path, jobId: about?.jobId ?? null });
    },
  };
}
