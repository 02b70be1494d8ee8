import { existsSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, resolve, join } from 'node:path';
import { ulid } from 'ulid';
import { Failure } from '../../shared/failure.ts';
import { recoveryKitText } from '../../shared/repositoryFormat.ts';
import { Console } from '../console/console.ts';
import type { Home } from '../console/home.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { generateMachineKey, generateRecipient } from '../sealing/keys.ts';
import { keyFile, type KeyStore } from '../secrets/keyStore.ts';
import { takeLease } from '../state/lease.ts';
import { openState } from '../state/openState.ts';

export interface SetUpAnswer {
  home: string;
  repositoryId: string;
  machineRecipient: string;
  recoveryRecipient: string;
  /** Path of the kit, the only place where the recovery key is. */
  recoveryKit: string;
}

/**
 * Makes a state folder with new keys and writes the recovery kit, once. Nothing that exists is overwritten.
 * @throws HOME_EXISTS, KIT_EXISTS
 */
export async function setUp(home: Home, ask: { recoveryKit?: string; keyStore?: KeyStore }): Promise<SetUpAnswer> {
  if (existsSync(home.statePath) || existsSync(home.machineKeyPath) || existsSync(home.settingsPath))
    throw new Failure(
      'HOME_EXISTS',
      'there is a Strongroom state folder here already',
      'Use it as it is, or name another one with --home. Its keys open your backups: do not delete it.',
      { details: { home: home.dir } },
    );
  await mkdir(home.dir, { recursive: true, mode: 0o700 });
  const lease = takeLease(home.dir);
  try {
    return await makeHome(home, ask);
  } finally {
    lease.release();
  }
}

async function makeHome(home: Home, ask: { recoveryKit?: string; keyStore?: KeyStore }): Promise<SetUpAnswer> {
  const machine = await generateMachineKey();
  const recovery = await generateRecipient();
  const repository = {
    id: ulid(),
    machineId: machine.machineId,
    machineRecipient: machine.recipient,
    recoveryRecipient: recovery.recipient,
    signingPublicKey: machine.signingPublicKey,
    createdAt: new Date().toISOString(),
  };
  const recoveryKit = resolve(ask.recoveryKit ?? join(home.dir, 'recovery-kit.txt'));
  const kit = {
    repositoryId: repository.id,
    recoveryKey: recovery.identity,
    ...recovery,
    createdAt: repository.createdAt,
  };
  await writeKit(recoveryKit, recoveryKitText({ ...kit, recoveryRecipient: recovery.recipient }));
  const keys = ask.keyStore ?? keyFile(home.machineKeyPath);
  try {
    await keys.save(JSON.stringify(machine));
  } catch (error) {
    // A kit for keys that were never kept opens nothing, and would stand in the way of the next try.
    await rm(recoveryKit, { force: true });
    throw error;
  }
  const console = new Console(home, openState(home.statePath, { check: true }), null, keys);
  try {
    console.settings.addRepository(repository); // the folder counts from here on
    await saveSettings(console);
  } finally {
    console.close();
  }
  const { machineRecipient, recoveryRecipient } = repository;
  return { home: home.dir, repositoryId: repository.id, machineRecipient, recoveryRecipient, recoveryKit };
}

async function writeKit(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Failure(
      'KIT_EXISTS',
      'there is a file of that name already, and a recovery kit is never overwritten',
      'Choose another file with --recovery-kit.',
      { details: { path }, cause: error },
    );
  }
}
