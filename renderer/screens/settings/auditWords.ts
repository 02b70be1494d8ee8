import type { AuditAction } from '../../../shared/contract/contract.ts';

const words: Partial<Record<AuditAction, string>> = {
  'setUp.begin': 'Set up this machine',
  'setUp.kit': 'Look at the recovery kit',
  'setUp.proveKit': 'Prove the recovery kit',
  'setUp.finish': 'Finish the set-up',
  'demo.start': 'Start the demo shop',
  'demo.remove': 'Remove the demo shop',
  'access.unlock': 'Unlock a window',
  'access.addPerson': 'Add a person',
  'access.removePerson': 'Remove a person',
  'access.changePin': 'Change a PIN',
  'access.reset': 'Remove everybody with their PINs',
  'access.setIdleLock': 'Change when windows lock',
  'preferences.save': 'Change the desktop settings',
  'sources.add': 'Connect a database',
  'sources.setPassword': 'Set a password of a database',
  'sources.setTenants': 'Say how tenants are told apart',
  'sources.remove': 'Remove a database',
  'stores.add': 'Add a store',
  'stores.remove': 'Remove a store',
  'backups.start': 'Start a backup',
  'backups.import': 'Import a backup',
  'backups.replicate': 'Copy what is missing',
  'backups.verify': 'Start a verification',
  'backups.verifySample': 'Start a verification of a sample',
  'tenants.confirmShared': 'Confirm shared tables',
  'tenants.backUp': 'Start backups of tenants',
  'restores.start': 'Start a restore into a new database',
  'restores.startSwap': 'Start a restore over a live database',
  'restores.swap': 'Put a restored database in place of the live one',
  'restores.rollback': 'Undo a swap',
  'notify.add': 'Add a channel',
  'notify.change': 'Change a channel',
  'notify.test': 'Test a channel',
  'notify.route': 'Say what a channel tells',
  'notify.settings': 'Change quiet hours or self-test',
  'notify.remove': 'Remove a channel',
  'jobs.cancel': 'Cancel a job',
};

/** What somebody asked for, in words; an action that has none yet keeps its own name. */
export function auditAction(action: string): string {
  return words[action as AuditAction] ?? action;
}
