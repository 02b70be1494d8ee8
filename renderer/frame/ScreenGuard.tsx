import { Component, type ReactNode } from 'react';
import { reportFailure, type FailureReport } from '../../shared/failure.ts';
import { FailureNotice } from '../components/FailureNotice.tsx';
import { PageHead } from '../components/PageHead.tsx';

interface Guarded {
  /** Another place is another try. */
  place: string;
  children: ReactNode;
}

/** A fault of one screen is told in its place; navigation and running jobs stay in sight. */
export class ScreenGuard extends Component<Guarded, { failure: FailureReport | null }> {
  override state: { failure: FailureReport | null } = { failure: null };

  static getDerivedStateFromError(error: unknown) {
    return { failure: reportFailure(error) };
  }

  override componentDidUpdate(before: Guarded) {
    if (before.place !== this.props.place && this.state.failure) this.setState({ failure: null });
  }

  override render() {
    const { failure } = this.state;
    if (!failure) return this.props.children;
    const outdated = failure.code === 'PAGE_OUTDATED';
    // A part that was not loaded once stays so until the whole page is loaded again.
    const reload = outdated || failure.code === 'CONSOLE_LOST';
    return (
      <>
        <PageHead title={outdated ? 'This page is of an earlier version' : 'This screen has failed'} />
        <FailureNotice
          failure={failure}
          onRetry={() => (reload ? window.location.reload() : this.setState({ failure: null }))}
          retryWord={reload ? 'Reload' : undefined}
        />
      </>
    );
  }
}
