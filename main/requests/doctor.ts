import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { consoleStores } from '../console/assemble.ts';
import type { Console } from '../console/console.ts';
import type { Check } from '../health/check.ts';
import { doctor } from '../health/doctor.ts';
import { withLogin } from '../postgres/passfile.ts';
import { workingCodec } from '../sealing/codec.ts';
import { ownLoginFindings } from './logins.ts';
import { namedSource } from './sources.ts';
import { ownerDoubts, ownerFindings, tenantFindings } from './tenantModel.ts';

export interface DoctorAnswer {
  ok: boolean;
  checks: Check[];
}

/** @param only the name of a source; null looks at all. @throws SOURCE_NOT_FOUND, CANCELLED */
export async function examine(console: Console, only: string | null, signal?: AbortSignal): Promise<DoctorAnswer> {
  const kitPath = join(console.home.dir, 'recovery-kit.txt');
  return doctor({
    sources: only === null ? console.settings.sources() : [namedSource(console, only)],
    stores: consoleStores(console),
    homeDir: console.home.dir,
    codec: await workingCodec(),
    loadKey: () => console.machineKey(),
    kitStillHere: existsSync(kitPath) ? kitPath : null,
    findings: async (source, login) => [
      ...(await tenantFindings(console, source, login)),
      ...ownerFindings(source.name, await ownerDoubts(source, login)),
      ...(await ownLoginFindings(console, source, signal)),
    ],
    withSource: async (source, work) =>
      withLogin(console.home.runDir, source.connection, await console.password(source.name, 'main'), work, signal),
    signal,
  });
}
