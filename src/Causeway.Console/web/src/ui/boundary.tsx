import { Component, type ReactNode, useEffect } from "react";
import { onReturned } from "../lib/events";
import { Button, Notice } from "./basics";

/** A view that cannot be shown does not take the others with it: its part was not loaded (the server is away, or was upgraded meanwhile), or it failed. */
export class Boundary extends Component<{ children: ReactNode }, { failure: Error | null }> {
  override state = { failure: null as Error | null };

  static getDerivedStateFromError(failure: Error) {
    return { failure };
  }

  override render() {
    const { failure } = this.state;
    return failure === null ? (
      this.props.children
    ) : (
      <Notice tone="bad" title="This view could not be shown" acts={<Button onClick={() => window.location.reload()}>Load the console again</Button>}>
        <ReloadOnReturn />
        <p>The server does not answer, or was upgraded since this page was loaded. When it is back, the page loads itself again. If it stays so, the reason is here:</p>
        <p>
          <code className="break">{failure.message}</code>
        </p>
      </Notice>
    );
  }
}

// A browser may keep that a part could not be loaded: only a page that is loaded anew asks for it again.
function ReloadOnReturn() {
  useEffect(() => onReturned(() => window.location.reload()), []);
  return null;
}
