import { diffLines } from 'diff';
import { compareEntries, type ConfigurationChange } from '../../shared/configuration.ts';
import type { OpenedConfiguration } from './readConfiguration.ts';

type File = OpenedConfiguration['files'][number];

/**
 * How one backup of configuration differs from another. Of files only how many lines: their values may be secrets, and
 * stay sealed. The server's own settings are told with what they were and are.
 */
export function compareConfigurations(before: OpenedConfiguration, after: OpenedConfiguration): ConfigurationChange[] {
  const entriesOf = ({ files }: OpenedConfiguration) => files.map(({ entry }) => entry);
  const find = ({ files }: OpenedConfiguration, path: string) => files.find(({ entry }) => entry.path === path);
  return compareEntries(entriesOf(before), entriesOf(after)).map(({ path, change }) => {
    const [was, is] = [find(before, path), find(after, path)];
    return {
      path,
      change,
      lines: was && is && isText(was) && isText(is) ? countLines(was, is) : null,
      settings: path === 'server/settings.json' ? compareSettings(was, is) : [],
    };
  });
}

function isText({ content }: File): boolean {
  return !content.includes(0);
}

function countLines(before: File, after: File): { added: number; removed: number } {
  const parts = diffLines(before.content.toString('utf8'), after.content.toString('utf8'));
  const sum = (which: 'added' | 'removed') =>
    parts.filter((part) => part[which]).reduce((lines, { count }) => lines + count, 0);
  return { added: sum('added'), removed: sum('removed') };
}

interface Setting {
  name: string;
  setting: string;
  unit: string | null;
}

/** Settings that may hold a password. */
const sealedSettings = new Set(['primary_conninfo', 'ssl_passphrase_command', 'archive_command', 'restore_command']);

function compareSettings(before: File | undefined, after: File | undefined): ConfigurationChange['settings'] {
  const was = settingsOf(before);
  const is = settingsOf(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .toSorted()
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) =>
      sealedSettings.has(name)
        ? { name, before: was.has(name) ? '…' : null, after: is.has(name) ? '…' : null }
        : { name, before: was.get(name) ?? null, after: is.get(name) ?? null },
    );
}

function settingsOf(file: File | undefined): Map<string, string> {
  const settings = file ? (JSON.parse(file.content.toString('utf8')) as Setting[]) : [];
  return new Map(settings.map(({ name, setting, unit }) => [name, unit === null ? setting : `${setting} ${unit}`]));
}
