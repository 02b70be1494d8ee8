import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve, join } from 'node:path';
import { ulid } from 'ulid';
import { Failure } from '../../shared/failure.ts';
import { recoveryKitText } from '../../shared/repositoryFormat.ts';
import { Console } from '../console/console.ts';
import type { Home } from '../console/home.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { noteSetUp, sweepSetUp } from '../console/unfinishedSetUp.ts';
import { crashIfAsked } from '../jobs/jobRunner.ts';
import { generateMachineKey, generateRecipient } from '../sealing/keys.ts';
import { keyFile, sealedKeyPaths, type KeyStore } from '../secrets/keyStore.ts';
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

interface SetUpAsk {
  recoveryKit?: string;
  keyStore?: KeyStore;
  signal?: AbortSignal;
}

/**
 * Makes a state folder with new keys and writes the recovery kit, once, or leaves nothing. Nothing that exists is
 * overwritten; what an earlier set-up has left that was cut off is made anew.
 * @throws HOME_EXISTS, KIT_EXISTS, CANCELLED
 */
export async function setUp(home: Home, ask: SetUpAsk): Promise<SetUpAnswer> {
  ask.signal?.throwIfAborted();
  if (!existsSync(home.setUpNotePath)) refuseExisting(home);
  await mkdir(home.dir, { recursive: true, mode: 0o700 });
  const lease = takeLease(home.dir);
  try {
    await sweepSetUp(home);
    refuseExisting(home);
    try {
      return await makeHome(home, ask);
    } catch (error) {
      await sweepSetUp(home);
      throw error;
    }
  } finally {
    lease.release();
  }
}

/** @throws HOME_EXISTS */
function refuseExisting({ dir, statePath, machineKeyPath, settingsPath }: Home): void {
  const keys = [machineKeyPath, ...Object.values(sealedKeyPaths(machineKeyPath))];
  if (![statePath, settingsPath, ...keys].some((path) => existsSync(path))) return;
  throw new Failure(
    'HOME_EXISTS',
    'there is a Strongroom state folder here already',
    'Use it as it is, or name another one with --home. Its keys open your backups: do not delete it.',
    { details: { home: dir } },
  );
}

async function makeHome(home: Home, { recoveryKit, keyStore, signal }: SetUpAsk): Promise<SetUpAnswer> {
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
  const kitPath = resolve(recoveryKit ?? join(home.dir, 'recovery-kit.txt'));
  if (existsSync(kitPath)) throw kitExists(kitPath);
  const kit = {
    repositoryId: repository.id,
    recoveryKey: recovery.identity,
    recoveryRecipient: recovery.recipient,
    createdAt: repository.createdAt,
  };
  await noteSetUp(home, { repositoryId: repository.id, recoveryKit: kitPath });
  await writeKit(kitPath, recoveryKitText(kit));
  crashIfAsked('init-kit-written');
  const keys = keyStore ?? keyFile(home.machineKeyPath);
  await keys.save(JSON.stringify(machine));
  crashIfAsked('init-key-saved');
  const console = new Console(home, openState(home.statePath, { check: true }), null, keys);
  try {
    crashIfAsked('init-state-made');
    signal?.throwIfAborted();
    console.settings.addRepository(repository); // the folder counts from here on
    crashIfAsked('init-recorded');
    await saveSettings(console);
  } finally {
    console.close();
  }
  await sweepSetUp(home);
  const { machineRecipient, recoveryRecipient } = repository;
  return { home: home.dir, repositoryId: repository.id, machineRecipient, recoveryRecipient, recoveryKit: kitPath };
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
    throw kitExists(path);
  }
}

function kitExists(path: string): Failure {
  return new Failure(
    'KIT_EXISTS',
    'there is a file of that name already, and a recovery kit is never overwritten',
    'Choose another file with --recovery-kit.',
    { details: { path } },
  );
}
