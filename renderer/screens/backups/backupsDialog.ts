/** What a dialog gets that asks something about some backups before a job begins. */
export interface BackupsDialogProps {
  ids: string[];
  opened: boolean;
  onClose: () => void;
  /** The job runs: what was chosen can be forgotten. */
  onStarted: () => void;
}
