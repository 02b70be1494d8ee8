import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './freePort.ts';

/** How the tests reach the S3 server of this run; crosses to the workers as JSON in `STRONGROOM_TEST_S3`. */
export interface S3Access {
  endpoint: string;
  accessKey: string;
  secretKey: string;
}

export interface TestS3 extends S3Access {
  /** A client with full rights, for what the product itself never does. */
  client: S3Client;
  createBucket(name: string): Promise<void>;
}

/** A server that starts, and what ends it: when `stop` returns, its processes are gone and its folder is removed. */
export interface StartingS3 {
  access: SharedS3;
  stop(): Promise<void>;
}

/** What the workers are told: the server may still be starting. */
export interface SharedS3 extends S3Access {
  /** A file: it appears, with `ready` or the reason why not in it, when the start has come to its end. */
  outcome?: string;
}

interface Cluster {
  dir: string;
  children: ChildProcess[];
}

const run = promisify(execFile);

/** The S3 server that the global set-up has started; whoever needs it first may have to wait for it. */
export function testS3(): TestS3 {
  const json = process.env.STRONGROOM_TEST_S3;
  if (!json) throw new Error('no S3 server: the global set-up puts its address into STRONGROOM_TEST_S3');
  const { outcome, ...access } = JSON.parse(json) as SharedS3;
  if (outcome !== undefined) waitForStart(outcome);
  const client = clientOf(access);
  return {
    ...access,
    client,
    createBucket: async (name) => {
      await client.send(new CreateBucketCommand({ Bucket: name }));
    },
  };
}

/** Holds this worker still; it has nothing else to do meanwhile. */
function waitForStart(outcome: string): void {
  const nobodyWakesIt = new Int32Array(new SharedArrayBuffer(4));
  for (const deadline = Date.now() + 240_000; Date.now() < deadline; Atomics.wait(nobodyWakesIt, 0, 0, 50)) {
    const said = existsSync(outcome) ? readFileSync(outcome, 'utf8') : '';
    if (said === 'ready') return;
    if (said !== '') throw new Error(`the S3 server did not start: ${said}`);
  }
  throw new Error('the S3 server has not started within four minutes');
}

/**
 * Begins to start a real S3 server on loopback: Ceph's radosgw with one monitor and one OSD, all in memory, everything below
 * `dir` (which is emptied). That takes 13 to 25 s, and tests that need none need not wait. Needs Debian's radosgw,
 * ceph-mon and ceph-osd.
 * The processes also die with this one.
 */
export async function startRadosgw(dir: string): Promise<StartingS3> {
  await rm(dir, { recursive: true, force: true });
  for (const folder of ['run', 'mon', 'osd']) await mkdir(join(dir, folder), { recursive: true });
  const port = await freePort();
  const access = {
    endpoint: `http://127.0.0.1:${port}`,
    accessKey: `STRONGROOM${randomBytes(4).toString('hex').toUpperCase()}`,
    secretKey: randomBytes(20).toString('hex'),
    outcome: join(dir, 'outcome'),
  };
  const cluster: Cluster = { dir, children: [] };
  const started = startCluster(cluster, await freePort(), port, access).then(
    () => writeFile(access.outcome, 'ready'),
    (error: unknown) => writeFile(access.outcome, error instanceof Error ? error.message : String(error)),
  );
  return {
    access,
    stop: async () => {
      await started;
      await stop(cluster);
    },
  };
}

async function stop({ dir, children }: Cluster): Promise<void> {
  for (const child of children.splice(0).toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    // Nothing of it is kept, so nothing needs an orderly end, and that would take 10 s.
    child.kill('SIGKILL');
    await gone;
  }
  await rm(dir, { recursive: true, force: true });
}

async function startCluster(cluster: Cluster, monitorPort: number, port: number, access: S3Access): Promise<void> {
  const { dir } = cluster;
  const [fsid, osd] = [crypto.randomUUID(), crypto.randomUUID()];
  const conf = join(dir, 'ceph.conf');
  const [keyring, monmap] = [join(dir, 'keyring'), join(dir, 'monmap')];
  await writeFile(conf, configuration(dir, fsid, monitorPort, port));

  // One monitor, without authentication inside.
  await run('ceph-authtool', ['-C', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *']);
  const allCaps = ['mon', 'osd', 'mgr'].flatMap((daemon) => ['--cap', daemon, 'allow *']);
  await run('ceph-authtool', [keyring, '--gen-key', '-n', 'client.admin', ...allCaps]);
  await run('monmaptool', ['--create', '--addv', 'a', `v1:127.0.0.1:${monitorPort}`, '--fsid', fsid, monmap]);
  await run('ceph-mon', ['-c', conf, '-i', 'a', '--mkfs', '--monmap', monmap, '--keyring', keyring]);
  await startDaemon(cluster, 'ceph-mon', ['-c', conf, '-i', 'a', '-f'], () =>
    run('ceph', ['-c', conf, '--connect-timeout', '20', 'osd', 'new', osd]).then(succeeds, fails),
  );

  // One OSD that keeps everything in memory.
  await run('ceph-osd', ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', osd]);
  await startDaemon(cluster, 'ceph-osd', ['-c', conf, '-i', '0', '-f'], () =>
    run('ceph', ['-c', conf, '--connect-timeout', '20', 'osd', 'stat']).then(
      ({ stdout }) => stdout.includes('1 up'),
      fails,
    ),
  );

  // The S3 gateway and its one account.
  const keys = [`--access-key=${access.accessKey}`, `--secret-key=${access.secretKey}`];
  const account = ['user', 'create', '--uid=strongroom', '--display-name=strongroom', ...keys];
  await run('radosgw-admin', ['-c', conf, '-n', 'client.admin', ...account]);
  await startDaemon(cluster, 'radosgw', ['-c', conf, '-n', 'client.admin', '-f'], () =>
    fetch(access.endpoint).then(succeeds, fails),
  );
}

const succeeds = () => true;
const fails = () => false;

/**
 * Starts a program and waits until it is ready. One that ends is started again: when a new monitor's map changes just
 * then, a client of Ceph 16 may be refused for a "wrong fsid" or abort, in one start of ten.
 */
async function startDaemon(
  cluster: Cluster,
  program: string,
  args: string[],
  isReady: () => Promise<boolean>,
): Promise<void> {
  const log = join(cluster.dir, `${program}.out`);
  const deadline = performance.now() + 60_000;
  for (let starts = 1; starts <= 5; starts++) {
    const output = await open(log, 'a');
    // setpriv has the kernel kill it when this process dies in whatever way.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {
      stdio: ['ignore', output.fd, output.fd],
    });
    cluster.children.push(child);
    await once(child, 'spawn');
    await output.close();
    while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
      if (await isReady()) return;
      await sleep(100);
    }
  }
  // The folder is about to be removed, so its last words have to be here.
  throw new Error(`${program} did not start:\n${(await readFile(log, 'utf8')).slice(-4000)}`);
}

function configuration(dir: string, fsid: string, monitorPort: number, port: number): string {
  const settings = {
    fsid,
    mon_host: `v1:127.0.0.1:${monitorPort}`,
    mon_initial_members: 'a',
    ms_bind_msgr2: false,
    public_addr: '127.0.0.1',
    cluster_addr: '127.0.0.1',
    auth_cluster_required: 'none',
    auth_service_required: 'none',
    auth_client_required: 'none',
    // Debian's default is relative, and radosgw ends with -95.
    osd_class_dir: '/usr/lib/x86_64-linux-gnu/rados-classes',
    erasure_code_dir: '/usr/lib/x86_64-linux-gnu/ceph/erasure-code',
    osd_pool_default_size: 1,
    osd_pool_default_min_size: 1,
    osd_pool_default_pg_num: 4,
    osd_pool_default_pg_autoscale_mode: 'off',
    mon_allow_pool_size_one: true,
    osd_crush_chooseleaf_type: 0,
    osd_objectstore: 'memstore',
    memstore_device_bytes: 4 * 1024 ** 3,
    osd_op_num_shards: 1,
    mon_data: join(dir, 'mon'),
    osd_data: join(dir, 'osd'),
    run_dir: join(dir, 'run'),
    log_file: join(dir, '$name.log'),
    admin_socket: join(dir, 'run', '$name.asok'),
    keyring: join(dir, 'keyring'),
    mon_data_avail_crit: 1,
    mon_data_avail_warn: 1,
    rgw_frontends: `beast endpoint=127.0.0.1:${port}`,
    rgw_data: dir,
    rgw_zone: 'default',
  };
  return ['[global]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`), ''].join('\n');
}

function clientOf({ endpoint, accessKey, secretKey }: S3Access): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
