import { Gauge, Registry } from 'prom-client';
import { exportedMetrics, type Reading } from './exported.ts';

export const { contentType } = new Registry();

/** Everything as Prometheus reads it, in its text format. What is not known is left out. */
export async function exposition(reading: Reading): Promise<string> {
  const registry = new Registry();
  for (const { name, help, labels, samples } of exportedMetrics) {
    const known = samples(reading).filter(({ value }) => value !== null);
    if (known.length === 0) continue;
    const gauge = new Gauge({ name, help, labelNames: labels, registers: [registry] });
    for (const { labels: of, value } of known) if (value !== null) gauge.set(of, value);
  }
  return registry.metrics();
}
