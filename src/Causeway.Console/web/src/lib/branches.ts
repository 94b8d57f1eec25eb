import { useCallback, useEffect, useRef, useState } from "react";
import { get, type Problem, problemOf } from "../api/client";
import type { Grant, Of } from "../api/types";

type Answer = Of<"GrantBranches">;

/** The grants right below one, as far as they were read. */
export interface Branch {
  grants: Grant[];
  total: number;
  next: string | null;
}

export interface Branches {
  /** Grants that there are, at every depth; null: nothing was read yet. */
  all: number | null;
  of: Map<string, Branch>;
  problem: Problem | null;
  busy: boolean;
  open: (id: string) => void;
  close: (id: string) => void;
  more: (id: string) => void;
  reload: () => void;
}

/** Stands for "above nothing". */
export const top = "top";

const page = 100;
const asked = 100;
/** A tree of so many is shown open. */
const small = 250;

/** A tree of any size of which only what is open is read. What is below stays as it was while it is read again. */
export function useBranches(all: boolean, isAsking: boolean): Branches {
  const [state, setState] = useState<{ all: number | null; of: Map<string, Branch> }>({ all: null, of: new Map() });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const known = useRef(state);
  known.current = state;
  const turn = useRef(0);
  const isTouched = useRef(false);

  const ask = useCallback(
    async (query: Record<string, string | number | null>, take: (answer: Answer) => void) => {
      const mine = turn.current;
      try {
        const answer = await get<Answer>("/grants/branches", { ...query, all: all || null });
        if (mine === turn.current) {
          setProblem(null);
          take(answer);
        }
      } catch (failure) {
        if (mine === turn.current) {
          setProblem(problemOf(failure));
        }
      }
    },
    [all],
  );

  const merge = useCallback((answer: Answer) => setState((before) => ({ all: answer.all, of: new Map([...before.of, ...answer.branches.map(branchOf)]) })), []);

  // As it came: whatever is new below opens by itself as long as the tree is small.
  const fill = useCallback(() => ask({ fill: small, limit: page }, (answer) => setState({ all: answer.all, of: new Map(answer.branches.map(branchOf)) })), [ask]);

  useEffect(() => {
    if (!isAsking) {
      return;
    }
    turn.current++;
    isTouched.current = false;
    setState({ all: null, of: new Map() });
    const blink = setTimeout(() => setBusy(true), 200);
    void fill().finally(() => {
      clearTimeout(blink);
      setBusy(false);
    });
    return () => clearTimeout(blink);
  }, [fill, isAsking]);

  const reload = useCallback(() => {
    if (!isTouched.current) {
      void fill();
      return;
    }
    const ids = [...known.current.of.keys()];
    for (let at = 0; at < ids.length; at += asked) {
      const some = ids.slice(at, at + asked);
      const most = Math.min(1_000, Math.max(page, ...some.map((id) => known.current.of.get(id)?.grants.length ?? 0)));
      void ask({ under: some.join(","), limit: most }, merge);
    }
  }, [ask, fill, merge]);

  return {
    ...state,
    problem,
    busy,
    reload,
    open: (id) => {
      isTouched.current = true;
      void ask({ under: id, limit: page }, merge);
    },
    close: (id) => {
      isTouched.current = true;
      setState((before) => ({ all: before.all, of: new Map([...before.of].filter(([other]) => other !== id)) }));
    },
    more: (id) => {
      isTouched.current = true;
      const branch = known.current.of.get(id);
      if (branch?.next) {
        void ask({ under: id, after: branch.next, limit: page }, (answer) =>
          setState((before) => {
            const read = before.of.get(id);
            const came = answer.branches[0]!;
            return read ? { all: answer.all, of: new Map([...before.of, [id, { grants: [...read.grants, ...came.grants], total: came.total, next: came.next ?? null }]]) } : before;
          }),
        );
      }
    },
  };
}

function branchOf(one: Answer["branches"][number]): [string, Branch] {
  return [one.under ?? top, { grants: one.grants, total: one.total, next: one.next ?? null }];
}
