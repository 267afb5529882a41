import { Component, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import type { Problem } from '../../preload/api.ts'
import { Failed } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from './Page.tsx'

/** Draws the problem of a page that could not be drawn, in its place: the rail stays, and another page starts afresh. */
export function PageFault({ children }: { children: ReactNode }) {
  const { pathname } = useLocation()
  return <Boundary at={pathname}>{children}</Boundary>
}

type BoundaryProps = { at: string; children: ReactNode }
type BoundaryState = { at: string; problem: Problem | null }

/** Only a class can catch what was thrown while drawing (react.dev/reference/react/Component#getderivedstatefromerror). */
class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { at: this.props.at, problem: null }

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { problem: problemOf(error) }
  }

  static getDerivedStateFromProps({ at }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return at === state.at ? null : { at, problem: null }
  }

  override render() {
    const { problem } = this.state
    if (!problem) return this.props.children
    return (
      <Page title="This page cannot be shown">
        <ProblemAlert problem={problem} onRetry={() => location.reload()} />
      </Page>
    )
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Failed) return error.problem
  return {
    remedy: 'report',
    message:
      'Outflow ran into a fault of its own on this page. Nothing that was saved is lost; the details help us to mend it.',
    detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  }
}
