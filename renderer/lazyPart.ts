import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { Failure } from '../shared/failure.ts';
import { request } from './bridge.ts';

/** What browsers, and the loader of styles, say of a file that is not there. */
const notLoaded = /dynamically imported module|importing a module script|preload css/i;

/**
 * A part of the page that is loaded when it is first shown. Where its file cannot be had, the part fails with
 * PAGE_OUTDATED, or with CONSOLE_LOST while the console does not answer: then only loading the page again helps.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      if (!(error instanceof Error && notLoaded.test(error.message))) throw error;
      await request('console.state', {}); // a console that does not answer is the simpler reason
      throw new Failure(
        'PAGE_OUTDATED',
        'Strongroom was updated while this page was open',
        'Reload the page to go on. What runs is not touched by that.',
        { cause: error },
      );
    }
  });
}
