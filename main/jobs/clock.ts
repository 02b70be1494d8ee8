/** The time, and being called now and then: a port, so that nobody has to wait for it to pass. */
export interface Clock {
  /** Milliseconds since 1970. It goes on while the machine sleeps: who comes back after lunch has been away. */
  now(): number;
  /** @returns what ends it. */
  every(ms: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  every(ms, act) {
    const timer = setInterval(act, ms).unref();
    return () => clearInterval(timer);
  },
};
