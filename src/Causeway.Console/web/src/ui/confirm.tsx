import { useState, type ReactNode } from "react";
import { type Problem, problemOf } from "../api/client";
import { Button, Trouble } from "./basics";
import { Dialog } from "./layers";

interface ConfirmProps<T> {
  title: ReactNode;
  /** What the button says: what happens, and in production that it happens there. */
  verb: ReactNode;
  look?: "main" | "danger";
  large?: boolean;
  /** The button has the focus, so that Enter is enough. */
  first?: boolean;
  /** Everything is there that it takes. */
  ready?: boolean;
  act: () => Promise<T>;
  done: (value: T) => void;
  refused?: (problem: Problem) => void;
  close: () => void;
  children: ReactNode;
}

/** Asks before something is done. It is sent once; a refusal stays on screen beside what was filled in. */
export function Confirm<T>({ title, verb, look = "main", large, first, ready = true, act, done, refused, close, children }: ConfirmProps<T>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = () => {
    setBusy(true);
    setProblem(null);
    act()
      .then(done)
      .catch((failure: unknown) => {
        const refusal = problemOf(failure);
        setProblem(refusal);
        refused?.(refusal);
      })
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      title={title}
      close={close}
      submit={submit}
      acts={
        <>
          <Button onClick={close}>Leave it</Button>
          <Button look={look} large={large} type="submit" disabled={busy || !ready} data-first={first || undefined}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {problem && <Trouble problem={problem} />}
    </Dialog>
  );
}
