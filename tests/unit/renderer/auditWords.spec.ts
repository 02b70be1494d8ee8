import { expect, test } from '@playwright/test';
import { auditAction } from '../../../renderer/screens/settings/auditWords.ts';
import { requests } from '../../../shared/contract/contract.ts';

test('whatever goes into the audit log is told in words there', () => {
  const changing = Object.entries(requests).filter(([, { changes }]) => changes);
  expect(changing.length).toBeGreaterThan(40);
  const wordless = changing.map(([name]) => name).filter((name) => auditAction(name) === name);
  expect(wordless).toEqual([]);
});
