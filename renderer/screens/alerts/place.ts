import { alertTypes, severities, type AlertType, type Severity } from '../../../shared/alert.ts';

/** What the inbox is narrowed by; it stands in the address. */
export interface AlertPlace {
  all: boolean;
  type: AlertType | null;
  severity: Severity | null;
}

export function readAlertPlace(search: string): AlertPlace {
  const params = new URLSearchParams(search);
  return {
    all: params.get('show') === 'all',
    type: alertTypes.find((type) => type === params.get('type')) ?? null,
    severity: severities.find((severity) => severity === params.get('severity')) ?? null,
  };
}

export function alertPlace({ all, type, severity }: AlertPlace): string {
  const params = new URLSearchParams();
  if (all) params.set('show', 'all');
  if (type) params.set('type', type);
  if (severity) params.set('severity', severity);
  return params.size === 0 ? '/alerts' : `/alerts?${params.toString()}`;
}
