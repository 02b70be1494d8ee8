import {
  metricsSettingsSchema,
  usualMetricsPort,
  type MetricsSettings,
  type MetricsView,
} from '../../shared/contract/metrics.ts';
import { reportFailure, type FailureReport } from '../../shared/failure.ts';
import type { Health } from '../../shared/health.ts';
import type { Measures } from '../../shared/measures.ts';
import { measure } from '../health/measure.ts';
import { healthOf } from '../health/score.ts';
import type { MetricsServer } from '../metrics/metricsServer.ts';
import { pauseOf } from '../state/schedulePause.ts';
import type { Console } from './console.ts';
import { saveSettings } from './rebuildState.ts';
import { alertRules } from './alertRules.ts';

const preference = 'metrics';

export function metricsSettings({ preferences }: Console): MetricsSettings {
  return preferences.get(preference, metricsSettingsSchema, { enabled: false, port: usualMetricsPort });
}

/** What the state says now, and how healthy that is. */
export function readMeasures(console: Console, now = Date.now()): { measures: Measures; health: Health } {
  const { settings, measured, looks, alerts, preferences } = console;
  const rules = alertRules(console);
  const schedulePaused = pauseOf(preferences) !== null;
  const measures = measure({ settings, measured, looks, alerts }, { rules, schedulePaused, now });
  return { measures, health: healthOf(measures, rules) };
}

/** Metrics as Prometheus reads them. */
export async function metricsText(console: Console): Promise<string> {
  const { exposition } = await import('../metrics/exposition.ts');
  return exposition(readMeasures(console));
}

/** Serves metrics while the console is open, where somebody wants that. */
export class Metering {
  private readonly console: Console;
  private server: MetricsServer | null = null;
  private failure: FailureReport | null = null;
  /** One change after the other. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(console: Console) {
    this.console = console;
  }

  /** As it was set. A port that is taken by now is shown in the settings; the console opens all the same. */
  async start(): Promise<void> {
    const { enabled, port } = metricsSettings(this.console);
    if (!enabled) return;
    try {
      await this.inTurn(() => this.serveAt(port));
    } catch (error) {
      this.failure = reportFailure(error);
      process.emitWarning(`metrics are not served: ${this.failure.message}`);
    }
  }

  /** Counts at once, and from now on. @throws PORT_BUSY: then everything stays as it was. */
  save(settings: MetricsSettings): Promise<void> {
    return this.inTurn(async () => {
      if (settings.enabled) await this.serveAt(settings.port);
      this.console.preferences.set(preference, metricsSettingsSchema.parse(settings));
      await saveSettings(this.console);
      if (!settings.enabled) await this.close();
      this.failure = null;
    });
  }

  view(): MetricsView {
    const { failure } = this;
    return {
      ...metricsSettings(this.console),
      served: this.server !== null,
      failure: failure && { code: failure.code, message: failure.message, hint: failure.hint },
    };
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.close());
  }

  /** The new one is there before the old one goes. @throws PORT_BUSY */
  private async serveAt(port: number): Promise<void> {
    if (this.server?.port === port) return;
    const { openMetricsServer } = await import('../metrics/metricsServer.ts');
    const next = await openMetricsServer(port, () => metricsText(this.console));
    await this.close();
    this.server = next;
  }

  private async close(): Promise<void> {
    const { server } = this;
    this.server = null;
    await server?.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined); // whoever asked hears of it
    return done;
  }
}
