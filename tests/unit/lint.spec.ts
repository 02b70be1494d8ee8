import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { habitViolations, layerViolations, obedientFiles } from '../fixtures/lint/violations.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));

interface Complaint {
  filename: string;
  message: string;
}

/** What the real lint says, by file, about a repository that consists of the fixture alone. */
function complaintsByFile(): Map<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-lint-'));
  try {
    for (const part of ['.oxlintrc.json', 'package.json', 'scripts/lint'])
      cpSync(join(top, part), join(folder, part), { recursive: true });
    symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, source } of [...layerViolations, ...habitViolations, ...obedientFiles]) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
    const oxlint = join(top, 'node_modules/oxlint/bin/oxlint');
    const run = spawnSync(process.execPath, [oxlint, '--format', 'json', 'main', 'shared', 'renderer', 'preload'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(run.status, run.stderr).toBe(1);
    const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: Complaint[] };
    const complaints = new Map<string, string[]>();
    for (const { filename, message } of diagnostics)
      complaints.set(filename, [...(complaints.get(filename) ?? []), message]);
    return complaints;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let complaints: Map<string, string[]>;
test.beforeAll(() => {
  complaints = complaintsByFile();
});

for (const { file, refusal } of [...layerViolations, ...habitViolations])
  test(`the lint refuses ${file}: ${refusal}`, () => {
    expect(complaints.get(file)).toEqual([expect.stringContaining(refusal)]);
  });

for (const { file } of obedientFiles)
  test(`the lint leaves ${file} alone`, () => {
    expect(complaints.get(file)).toBeUndefined();
  });
