import { Command, CommanderError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addAccessVerbs } from './cli/accessVerbs.ts';
import { addAlertVerbs } from './cli/alertVerbs.ts';
import { addAuditVerbs } from './cli/auditVerbs.ts';
import { addBackupVerbs } from './cli/backupVerbs.ts';
import { addConfigurationVerbs } from './cli/configurationVerbs.ts';
import { addDemoVerb } from './cli/demoVerb.ts';
import { addMetricsVerbs } from './cli/metricsVerbs.ts';
import { addNotifyVerbs } from './cli/notifyVerbs.ts';
import { addDrillVerbs } from './cli/drillVerbs.ts';
import { addIntegrityVerbs } from './cli/integrityVerbs.ts';
import { addRestoreVerbs } from './cli/restoreVerbs.ts';
import { addRetentionVerbs } from './cli/retentionVerbs.ts';
import { tellFailure } from './cli/run.ts';
import { addScheduleVerbs } from './cli/scheduleVerbs.ts';
import { addServeVerb } from './cli/serveVerb.ts';
import { addSetUpVerbs } from './cli/setUpVerbs.ts';
import { addSourceVerbs } from './cli/sourceVerbs.ts';
import { addTenantVerbs } from './cli/tenantVerbs.ts';
import { addStoreVerbs } from './cli/storeVerbs.ts';

const json = process.argv.includes('--json');

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

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode !== 0 && json)
    tellFailure(
      {
        code: 'USAGE',
        message: error.message.replace(/^error: /, ''),
        hint: '`strongroom help VERB` tells the options.',
        details: {},
      },
      true,
    );
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
