import type { Manifest } from './manifest.ts';

/*
 * Repository format v1: the same layout in every store. Names tell nothing about the shop.
 *
 *   README.txt  format.json            how to restore by hand; the repository's id
 *   keys/<machine id>.json             public recipients and signing key
 *   b/<id>/<sha256>.<role>.zst.age     the data
 *   m/<id>.json.sig  m/<id>.json.age   the manifest: stored last, deleted first
 */

export const readmeKey = 'README.txt';
export const formatKey = 'format.json';
export const machineKeyKey = (machineId: string) => `keys/${machineId}.json`;
export const manifestKey = (backupId: string) => `m/${backupId}.json.age`;
export const signatureKey = (backupId: string) => `m/${backupId}.json.sig`;
export const manifestPrefix = 'm/';
/** Small objects that are written only to learn something of a store. */
export const probePrefix = 'probe/';
export const objectPrefix = (backupId: string) => `b/${backupId}/`;
export const objectKey = (backupId: string, sha256: string, role: string, extension: string) =>
  `${objectPrefix(backupId)}${sha256}.${role}.${extension}.age`;

/** Content of `format.json`. */
export interface RepositoryFormat {
  format: 'strongroom';
  version: number;
  repositoryId: string;
}

/** Content of `keys/<machine id>.json`. */
export interface PublishedKeys {
  machineId: string;
  machineRecipient: string;
  recoveryRecipient: string;
  signingPublicKey: string;
}

/**
 * The commands that restore a backup without Strongroom, with `age`, `zstd` (or `gzip`) and `pg_restore`, or `tar`.
 * @param folder where a copy of the store lies; @param keyFile holds the recovery key or the machine's.
 */
export function handRestoreCommands(
  manifest: Pick<Manifest, 'id' | 'codec'> & { kind?: Manifest['kind'] },
  folder: string,
  keyFile: string,
): string[] {
  const [unpack, extension] = manifest.codec === 'zstd' ? ['zstd -d', 'zst'] : ['gzip -d', 'gz'];
  const dir = `${folder}/b/${manifest.id}`;
  const open = (file: string) => `age -d -i ${keyFile} ${file} | ${unpack}`;
  if (manifest.kind === 'CONFIGURATION')
    return [`mkdir FOLDER && ${open(`${dir}/*.config.${extension}.age`)} | tar -x -C FOLDER`];
  return [
    `createdb -T template0 NEWDB && ${open(`${dir}/*.schema.${extension}.age`)} | pg_restore --section=pre-data -d NEWDB`,
    `for f in ${dir}/*.data.${extension}.age; do ${open('"$f"')} | pg_restore --section=data -d NEWDB || break; done`,
    `${open(`${dir}/*.schema.${extension}.age`)} | pg_restore --section=post-data -d NEWDB`,
  ];
}

/** The README that lies in every store. */
export function repositoryReadme(): string {
  const [schema, data, rest] = handRestoreCommands({ id: 'ID', codec: 'zstd' }, '.', 'key.txt');
  const [configuration] = handRestoreCommands({ id: 'ID', codec: 'zstd', kind: 'CONFIGURATION' }, '.', 'key.txt');
  return `This folder or bucket holds backups of PostgreSQL databases, made by Strongroom.

They can be restored without Strongroom, with the programs age, zstd and pg_restore
(Debian: apt install age zstd postgresql-client). You need the recovery key: the line
AGE-SECRET-KEY-1... on the recovery kit. Write it into a file, here called key.txt.

  m/ID.json.age      what a backup is: which database, when, every file with its SHA-256
  b/ID/*.schema.*    everything but the rows    b/ID/*.data.*    the rows
  b/ID/*.globals.*   the roles of the server, as SQL without passwords
  b/ID/*.config.*    configuration: a tar of files, and of what the server told of its settings

The IDs are in the order of time; the last one is the newest. A backup without its file
in m/ was never finished: do not use it. To see what a backup is:

  age -d -i key.txt m/ID.json.age

The roles, if the server does not have them (errors about roles that exist are harmless):

  age -d -i key.txt b/ID/*.globals.zst.age | zstd -d | psql -d postgres

The database, by three commands, with ID replaced in each:

  ${schema}

  ${data}

  ${rest}

The files of a backup of configuration:

  ${configuration}

Files that end in .gz.age want "gzip -d" in the place of "zstd -d". pg_restore must be of the version that
the manifest names under "tool", or newer. From version 17 on it says "unrecognized configuration parameter
transaction_timeout" on a server older than 17: harmless if it is the only error.
`;
}

/** The recovery kit: what opens the backups when every machine of the shop is gone. */
export function recoveryKitText(kit: {
  repositoryId: string;
  recoveryKey: string;
  recoveryRecipient: string;
  createdAt: string;
}): string {
  return `STRONGROOM RECOVERY KIT

Print this and keep it where neither fire nor thief takes it together with the computers.
Whoever holds it can read every backup of this repository. Strongroom keeps no copy of it.

  Repository      ${kit.repositoryId}
  Made            ${kit.createdAt}
  Recovery key    ${kit.recoveryKey}
  (opens what is sealed to ${kit.recoveryRecipient})

To restore with nothing but this paper and one copy of a store, follow README.txt in the store:

${repositoryReadme()
  .split('\n')
  .map((line) => (line === '' ? '' : `  ${line}`))
  .join('\n')}`;
}
