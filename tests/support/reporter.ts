import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { FullConfig, Reporter, Suite, TestCase, TestError, TestResult } from '@playwright/test/reporter';

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

/**
 * One line per test with its sentence and its time, every failure in full, and at the very end a line that says
 * nothing but how many passed and failed. An error outside any test (a fixture's, a file's) counts as a failure.
 */
export default class ListReporter implements Reporter {
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };
  private readonly failures: string[] = [];
  private readonly started = Date.now();

  onBegin(_config: FullConfig, suite: Suite): void {
    const tests = suite.allTests();
    const files = new Set(tests.map((test) => test.location.file));
    print(`${tests.length} tests in ${files.size} files`);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const outcome = result.status === 'skipped' ? 'skipped' : test.ok() ? 'passed' : 'failed';
    this.counts[outcome] += 1;
    // The path of titles: '', the project, the file, then the describes and the sentence.
    const [, project, , ...sentence] = test.titlePath();
    const reason = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
    const more = outcome === 'skipped' ? `skipped: ${reason ?? 'no reason given'}` : `${result.duration} ms`;
    const name = `${project} › ${sentence.join(' › ')}`;
    print(`${marks[outcome]} ${name} (${more})`);
    if (outcome !== 'failed') return;

    const { file, line } = test.location;
    const output = [...result.stdout, ...result.stderr].map(String).join('');
    this.failures.push(
      `✗ ${name}\n  ${relative(process.cwd(), file)}:${line} (${result.status})`,
      ...result.errors.map(describe),
      ...(output ? [`its output:\n${output}`] : []),
    );
  }

  onError(error: TestError): void {
    this.counts.failed += 1;
    this.failures.push(`✗ outside any test\n${describe(error)}`);
  }

  onEnd(): void {
    for (const failure of this.failures) print(`\n${failure}`);
    print(`\n${((Date.now() - this.started) / 1000).toFixed(1)} s`);
  }

  /** After everything else, so that nobody writes below the last line. */
  onExit(): Promise<void> {
    const { passed, failed, skipped } = this.counts;
    print(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return Promise.resolve();
  }

  printsToStdio(): boolean {
    return true;
  }
}

function describe(error: TestError): string {
  return [error.stack ?? error.message ?? error.value ?? 'an error without words', error.snippet]
    .filter(Boolean)
    .join('\n\n');
}

function print(line: string): void {
  process.stdout.write(`${process.stdout.isTTY ? line : stripVTControlCharacters(line)}\n`);
}
