import type { Alert } from '../../shared/alert.ts';
import type { RunningJob } from '../../shared/contract/jobs.ts';
import type { Evidence, EvidenceState } from '../../shared/contract/overview.ts';
import { jobNames } from '../../shared/jobWords.ts';

/** What the tray icon knows. */
export interface KnownToTray {
  /** Null: there is no state folder yet, or the console did not answer. */
  overview: {
    evidence: readonly Evidence[];
    problems: readonly { severity: 'warning' | 'bad'; sentence: string }[];
  } | null;
  /** Open alerts that are neither snoozed nor only worth knowing, the worst first. */
  alerts: readonly Pick<Alert, 'severity' | 'message'>[];
  /** Why there is no overview, where there should be one. */
  failure: string | null;
  running: readonly Pick<RunningJob, 'kind' | 'subject' | 'stage'>[];
  /** Whether the app ends when the jobs have. */
  endsAfterJobs: boolean;
  /** Whether nothing begins by itself; null: there is no schedule yet. */
  paused: boolean | null;
}

/** What the tray icon shows and offers. */
export interface TrayView {
  icon: EvidenceState | 'working';
  /** One sentence, also for a screen reader; Windows cuts what is longer than 127 characters. */
  sentence: string;
  lastBackup: { label: string; path: string | null };
  /** What the menu says of alerts; null where none is open. */
  alerts: string | null;
  sources: string[];
  running: string | null;
  /** Whether nothing begins by itself; null: there is no schedule yet. */
  paused: boolean | null;
}

const worstFirst: EvidenceState[] = ['bad', 'warning', 'unknown', 'good'];
const longest = 127;

/** What the tray shows of what is known; grey where nothing is, and never green for that. */
export function trayView(known: KnownToTray, now: Date): TrayView {
  const { overview, running } = known;
  const evidence = (overview?.evidence ?? []).toSorted((a, b) => rank(a.state) - rank(b.state));
  const newest = evidence
    .filter(({ restorableTo }) => restorableTo !== null)
    .toSorted((a, b) => (b.restorableTo ?? '').localeCompare(a.restorableTo ?? ''))[0];
  return {
    icon: running.length > 0 ? 'working' : stateOf(known, evidence),
    sentence: cut(`${known.paused ? 'PAUSED, nothing runs by itself. ' : ''}${sentenceOf(known, evidence, now)}`),
    lastBackup: {
      label: newest
        ? `Last backup: ${newest.source}, ${dayAndTime(newest.restorableTo!, now)}`
        : 'Last backup: none yet',
      path: newest?.backupId ? `/backups/${newest.backupId}` : null,
    },
    alerts: alertLabel(known.alerts),
    sources: evidence.map(({ source }) => source).toSorted(),
    running: running[0] ? `${jobNames(running)}: ${running[0].stage}` : null,
    paused: known.paused,
  };
}

function stateOf(known: KnownToTray, evidence: readonly Evidence[]): EvidenceState {
  const { overview } = known;
  if (!overview || (evidence.length === 0 && known.alerts.length === 0)) return 'unknown';
  const alerts = known.alerts.map((alert) => ({ state: stateOfAlert(alert) }));
  const states = [...evidence, ...overview.problems.map(({ severity }) => ({ state: severity })), ...alerts];
  return worstFirst.find((state) => states.some((one) => one.state === state)) ?? 'unknown';
}

function sentenceOf(known: KnownToTray, evidence: readonly Evidence[], now: Date): string {
  const { overview, running, failure, endsAfterJobs } = known;
  if (running[0]) {
    const names = jobNames(running);
    return endsAfterJobs ? `${names} is running; Strongroom quits when it is done` : `${names} is running`;
  }
  if (failure !== null) return `Strongroom cannot tell how things stand: ${failure}`;
  if (!overview) return 'Strongroom is not set up yet';
  const [worst] = evidence;
  const [alert] = known.alerts;
  if (alert && (!worst || rank(stateOfAlert(alert)) <= rank(worst.state))) return alert.message;
  if (!worst) return 'No database is protected yet';
  const [problem] = worst.problems;
  if (problem && worst.state !== 'good') return `${worst.source}: ${problem.sentence}`;
  if (!worst.restorableTo) return `${worst.source}: nothing is known yet`;
  const more = evidence.length > 1 ? `, and ${evidence.length - 1} more like it` : '';
  const copies = `${worst.goodCopies}/${worst.wantedCopies} copies`;
  return `${worst.source} is restorable to ${dayAndTime(worst.restorableTo, now)}, ${copies}${more}`;
}

function stateOfAlert({ severity }: Pick<Alert, 'severity'>): EvidenceState {
  return severity === 'CRITICAL' || severity === 'ERROR' ? 'bad' : 'warning';
}

function alertLabel([worst, ...more]: KnownToTray['alerts']): string | null {
  if (!worst) return null;
  return more.length === 0 ? `Alert: ${cut(worst.message)}` : `${more.length + 1} alerts: ${cut(worst.message)}`;
}

/** `today 14:05`, `yesterday 02:00`, `20 Nov 02:00`, in the zone of this machine. */
export function dayAndTime(iso: string, now: Date): string {
  const moment = new Date(iso);
  const time = moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (moment.toDateString() === now.toDateString()) return `today ${time}`;
  if (moment.toDateString() === yesterday.toDateString()) return `yesterday ${time}`;
  return `${moment.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
}

function rank(state: EvidenceState): number {
  return worstFirst.indexOf(state);
}

function cut(sentence: string): string {
  return sentence.length <= longest ? sentence : `${sentence.slice(0, longest - 1)}…`;
}
