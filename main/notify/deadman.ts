import { callHttp, type Patience } from './callHttp.ts';
import type { Courier } from './courier.ts';

/** A GET to a service that raises an alarm when it stays away (healthchecks.io, Dead Man's Snitch, Uptime Kuma …). */
export function deadman(url: string, patience: Patience): Courier {
  return {
    async send() {
      await callHttp({ who: "the dead man's switch", url, method: 'GET', secrets: [], patience });
    },
  };
}
