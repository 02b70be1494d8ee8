import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { completeSchedules } from '../scheduler/completeSchedules.ts';
import { scheduledJobs } from './scheduledJobs.ts';

/** After sources came, went, or were told apart: their schedules come and go with them, and the settings are saved. */
export async function followSources(console: Console): Promise<void> {
  completeSchedules(console, scheduledJobs, new Date());
  await saveSettings(console);
}
