import type { FailureCode } from '../../shared/failure.ts';
import type { RowFinding } from '../../shared/tenant.ts';

/** One thing that was looked at. */
export interface Check {
  /** `tools:15.20`, `source:shop`, `store:local` … */
  id: string;
  severity: 'ok' | 'warn' | 'block';
  message: string;
  hint: string;
  /** Of the failure that was found, where it was one. */
  code?: FailureCode;
  /** Every table and role that it is about, each with its own reason, where it is about such. */
  findings?: RowFinding[];
}
