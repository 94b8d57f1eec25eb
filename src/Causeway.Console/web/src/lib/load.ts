import { useCallback, useEffect, useRef, useState } from "react";
import { type Problem, problemOf } from "../api/client";
import { onReturned } from "./events";

export interface Loaded<T> {
  value: T | null;
  problem: Problem | null;
  /** Nothing is shown yet and it takes longer than a blink. */
  busy: boolean;
  /** When what is shown was read. */
  at: number | null;
  reload: () => void;
}

/** Reads something, keeps what it had while it reads again, and forgets it when the question changes. */
export function useLoad<T>(question: string | null, read: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [answer, setAnswer] = useState<{ question: string | null; value: T | null; problem: Problem | null; at: number | null }>({ question: null, value: null, problem: null, at: null });
  const [turn, setTurn] = useState(0);
  const [slow, setSlow] = useState(false);
  const reader = useRef(read);
  useEffect(() => {
    reader.current = read;
  });

  useEffect(() => {
    if (question === null) {
      return;
    }
    const leave = new AbortController();
    const blink = setTimeout(() => setSlow(true), 200);
    reader
      .current(leave.signal)
      .then((value) => {
        // What was asked before may be answered after what was asked since: it is nobody's answer any more.
        if (!leave.signal.aborted) {
          setAnswer({ question, value, problem: null, at: Date.now() });
        }
      })
      .catch((failure: unknown) => {
        if (!leave.signal.aborted) {
          const problem = problemOf(failure);
          setAnswer((before) => ({ question, value: before.question === question ? before.value : null, problem, at: before.question === question ? before.at : null }));
        }
      })
      .finally(() => {
        clearTimeout(blink);
        setSlow(false);
      });
    return () => {
      clearTimeout(blink);
      leave.abort();
    };
  }, [question, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const isAway = answer.problem !== null && (answer.problem.code === "unreachable" || answer.problem.status >= 500);
  useEffect(() => (isAway ? onReturned(reload) : undefined), [isAway, reload]);
  const isOf = answer.question === question;
  return { value: isOf ? answer.value : null, problem: isOf ? answer.problem : null, busy: slow && !(isOf && answer.value), at: isOf ? answer.at : null, reload };
}

/** Several answers that make one view: the first trouble among them, and all of them asked again. */
export function together(...all: Loaded<unknown>[]): Pick<Loaded<unknown>, "problem" | "busy" | "reload"> {
  return { problem: all.find((one) => one.problem)?.problem ?? null, busy: all.some((one) => one.busy), reload: () => all.forEach((one) => one.reload()) };
}

/** Calls something at most once in so many milliseconds, and once more at the end of a burst. */
export function useThrottled(call: () => unknown, ms = 1_000): () => void {
  const latest = useRef(call);
  useEffect(() => {
    latest.current = call;
  });
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      if (waiting.current) {
        clearTimeout(waiting.current);
      }
    },
    [],
  );
  return useCallback(() => {
    waiting.current ??= setTimeout(() => {
      waiting.current = null;
      latest.current();
    }, ms);
  }, [ms]);
}

/** What a text was when nobody had changed it for a moment. */
export function useLater(text: string, ms: number): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return later;
}
