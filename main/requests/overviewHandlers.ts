import {
  preferencesSchema,
  type Evidence,
  type overviewRequests,
  type Preferences,
} from '../../shared/contract/overview.ts';
import { consoleProblems, evidenceOf } from '../health/evidence.ts';
import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import type { HandlersOf } from './context.ts';
import { externalUrl } from './externalLinks.ts';
import { kitProven } from './setUpHandlers.ts';

const usual: Preferences = { startAtLogin: false, closeToTray: true, trayExplained: false };

/** How many of the newest backups and restores of a source the evidence looks at. */
const looksAt = 50;
const ofWhole = { kind: 'FULL_DATABASE', tenant: null } as const;

export const overviewHandlers: HandlersOf<typeof overviewRequests> = {
  'overview.show': (_, { workspace }) => {
    const { console } = workspace;
    return {
      evidence: evidenceOfAll(console),
      problems: consoleProblems({
        kitProven: kitProven(console),
        stores: console.settings.stores().length,
        people: console.people.all().length,
      }),
    };
  },
  'preferences.show': (_, { workspace }) => shellPreferences(workspace.ready ? workspace.console : null),
  'preferences.save': async (preferences, { workspace, frame }) => {
    workspace.console.preferences.set('shell', preferences);
    await saveSettings(workspace.console);
    frame.prefer(preferences);
    return preferences;
  },
  'desktop.openExternal': ({ link }, { frame }) => {
    const url = externalUrl(link);
    return { url, opened: frame.openExternal(url) };
  },
};

/** What a person chose for the desktop app; what is usual on a fresh machine. */
export function shellPreferences(console: Console | null): Preferences {
  return console?.preferences.get('shell', preferencesSchema, usual) ?? usual;
}

/** What is known of every database, worst first. */
function evidenceOfAll(console: Console): Evidence[] {
  const stores = console.settings.stores().map(({ name }) => name);
  const now = new Date();
  return console.settings.sources().map((source) =>
    evidenceOf(
      {
        source,
        backups: console.catalogue.list({ source: source.name, kind: 'FULL_DATABASE' }, { limit: looksAt }).backups,
        restores: console.restoreLog.ofSource(source.name, ofWhole, looksAt),
        stores,
        drills: console.drills.ofFull(source.name, looksAt),
        proof: console.measured.newestProof(source.name),
      },
      now,
    ),
  );
}
