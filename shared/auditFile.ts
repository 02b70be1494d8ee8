import type { ChainedAuditEntry } from './contract/access.ts';

/** JSON lines can be checked again; CSV is for looking at in a spreadsheet. */
export const auditFormats = ['jsonl', 'csv'] as const;
export type AuditFormat = (typeof auditFormats)[number];

const columns = ['seq', 'at', 'osUser', 'person', 'action', 'subject', 'outcome', 'previousHash', 'hash'] as const;

/** The audit log as a file, oldest entry first. */
export function auditFile(entries: readonly ChainedAuditEntry[], format: AuditFormat): string {
  const rows = entries.map((entry) => columns.map((name) => entry[name]));
  const lines =
    format === 'jsonl'
      ? rows.map((values) => JSON.stringify(Object.fromEntries(columns.map((name, index) => [name, values[index]]))))
      : [columns, ...rows].map((values) => values.map(csvCell).join(','));
  return lines.map((line) => `${line}\n`).join('');
}

function csvCell(value: string | number | null): string {
  const text = String(value ?? '');
  // A spreadsheet would take it for a formula, and names are what people typed.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
