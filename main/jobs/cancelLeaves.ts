/** What a cancel of a job leaves, as a sentence for the person who is about to do it. */
export function cancelLeaves(kind: string, stage: string): string {
  if (kind === 'backup full')
    return stage === 'copying'
      ? 'The backup stays in the local store; copies that are not finished go on with the next one.'
      : 'Nothing is kept of this backup; those before it stay as they are.';
  if (kind === 'backup tenants') return 'Tenants that are finished stay; nothing is kept of the others.';
  if (kind === 'import')
    return stage === 'copying'
      ? 'The imported backup stays in the local store; copies that are not finished go on with the next one.'
      : 'Nothing is kept of the import; the file stays where it is.';
  if (kind === 'backup config') return 'Nothing is kept of this backup; those before it stay as they are.';
  if (kind === 'restore config') return 'The folder does not appear; nothing else was touched.';
  if (kind === 'restore full')
    return stage === 'swapping'
      ? 'Either both databases change names or none: the live one is whole in both cases.'
      : 'The new database is dropped; the live one was never touched.';
  if (kind === 'merge plan' || kind === 'merge rehearsal') return 'The live database stays as it is.';
  if (kind === 'merge')
    return 'The live database is as it was before, or has every row of the merge: never something between.';
  if (kind === 'rollback') return 'Everything is undone or nothing.';
  if (kind === 'swap') return 'Either both databases change names or none.';
  if (kind === 'replicate') return 'Copies that are finished stay; the others go on with the next one.';
  if (kind === 'verify') return 'What was found so far is kept; nothing was changed.';
  if (kind === 'integrity') return 'What was found so far is kept; the next check goes on.';
  if (kind === 'test restore') return 'The throw-away database is dropped; nothing else was touched.';
  if (kind === 'cleanup' || kind === 'delete')
    return 'What is deleted stays deleted; the rest stays, and the copy that is being deleted now is finished later.';
  if (kind === 'demo') return 'The demo shop is removed again.';
  return 'What is finished stays.';
}
