import { join } from 'node:path';
import { homeAt } from './console/home.ts';
import { registerAppScheme } from './electron/appScheme.ts';
import { denyByDefault } from './electron/denyByDefault.ts';
import { giveWay, startAnew, whenReady } from './electron/endDesktop.ts';
import { logCrashes } from './electron/logCrashes.ts';
import { openDesktop } from './electron/openDesktop.ts';
import { claimHome } from './electron/singleInstance.ts';
import { openLog } from './logs/log.ts';

// What has to be done before Electron is ready, in this order.
const home = homeAt(/^--home=(.+)$/.exec(process.argv.find((argument) => argument.startsWith('--home=')) ?? '')?.[1]);
const log = openLog(join(home.dir, 'logs'), 'desktop');
logCrashes(log, startAnew);
denyByDefault(log);
registerAppScheme();
if (claimHome(home)) whenReady(() => openDesktop(home, log), log);
else giveWay();
