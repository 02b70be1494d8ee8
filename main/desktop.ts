import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { homeAt } from './console/home.ts';
import { registerAppScheme } from './electron/appScheme.ts';
import { denyByDefault } from './electron/denyByDefault.ts';
import { giveWay, startAnew, whenReady } from './electron/endDesktop.ts';
import { logCrashes } from './electron/logCrashes.ts';
import { openDesktop } from './electron/openDesktop.ts';
import { claimHome } from './electron/singleInstance.ts';
import { openLog } from './logs/log.ts';

// What has to be done before Electron is ready, in this order.
const { values } = parseArgs({ strict: false, options: { home: { type: 'string' } } });
const home = homeAt(typeof values.home === 'string' ? values.home : undefined);
const log = openLog(join(home.dir, 'logs'), 'desktop');
logCrashes(log, startAnew);
denyByDefault(log);
registerAppScheme();
if (claimHome(home)) whenReady(() => openDesktop(home, log), log);
else giveWay();
