import { Command, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addAccessVerbs } from './accessVerbs.ts';
import { addAlertVerbs } from './alertVerbs.ts';
import { addAuditVerbs } from './auditVerbs.ts';
import { addBackupVerbs } from './backupVerbs.ts';
import { addConfigurationVerbs } from './configurationVerbs.ts';
import { addDemoVerb } from './demoVerb.ts';
import { addMetricsVerbs } from './metricsVerbs.ts';
import { addNotifyVerbs } from './notifyVerbs.ts';
import { addDrillVerbs } from './drillVerbs.ts';
import { addIntegrityVerbs } from './integrityVerbs.ts';
import { addRestoreVerbs } from './restoreVerbs.ts';
import { addRetentionVerbs } from './retentionVerbs.ts';
import { addScheduleVerbs } from './scheduleVerbs.ts';
import { addServeVerb } from './serveVerb.ts';
import { addSetUpVerbs } from './setUpVerbs.ts';
import { addSourceVerbs } from './sourceVerbs.ts';
import { addTenantVerbs } from './tenantVerbs.ts';
import { addStoreVerbs } from './storeVerbs.ts';

/**
 * Every verb with its options. Wrong usage throws a CommanderError.
 * @param json nothing but the answer is said: no help where the usage is wrong.
 */
export function commandLine(json: boolean): Command {
  const program = new Command('strongroom')
    .description('Back up a PostgreSQL database to several places, and prove that it comes back.')
    .version(packageJson.version)
    .option('--home <dir>', 'the state folder (else STRONGROOM_HOME, else the usual place of this system)')
    .option('--json', 'print exactly one JSON document on stdout')
    .addOption(new Option('--progress <style>', 'how to show progress on stderr').choices(['bar', 'json', 'none']))
    .showHelpAfterError('(strongroom help VERB tells the options)')
    .configureOutput({ writeErr: (text) => (json ? undefined : process.stderr.write(text)) })
    .exitOverride();

  addSetUpVerbs(program);
  const source = addSourceVerbs(program);
  const store = addStoreVerbs(program);
  const backup = addBackupVerbs(program);
  addIntegrityVerbs(program);
  addDrillVerbs(program, source);
  addTenantVerbs(program, { backup, source });
  addConfigurationVerbs(program, { backup, source });
  addRestoreVerbs(program);
  addNotifyVerbs(program);
  addScheduleVerbs(program);
  addRetentionVerbs(program, { store });
  addDemoVerb(program);
  addServeVerb(program);
  addAccessVerbs(program);
  addAlertVerbs(program);
  addMetricsVerbs(program);
  addAuditVerbs(program);
  return program;
}

/** The group of verbs, or the program itself, that was called without saying which of its verbs. */
export function calledGroup(program: Command): Command {
  let group = program;
  for (const word of program.args) group = group.commands.find((command) => command.name() === word) ?? group;
  return group;
}
