import { useCallback, useEffect, useState } from "react";
import { get, onSignedOut, Problem, send } from "./api/client";
import { connect, disconnect } from "./lib/events";
import { Signed, type Who } from "./lib/may";
import { replace, useRoute } from "./lib/route";
import { Frame } from "./frame";
import { SignIn } from "./views/signin";
import { Trouble } from "./ui/basics";

/** Who is signed in decides whether there is a frame at all. A sign-in link is used up before anything else is asked. */
export function App() {
  const route = useRoute();
  const [who, setWho] = useState<Who | null>(null);
  const [state, setState] = useState<"asking" | "in" | "out" | "away">("asking");
  const [problem, setProblem] = useState<Problem | null>(null);

  const enter = useCallback((session: Who) => {
    setWho(session);
    setProblem(null);
    setState("in");
    connect();
  }, []);

  const leave = useCallback((reason: Problem | null = null) => {
    disconnect();
    setWho(null);
    setProblem(reason);
    setState("out");
  }, []);

  const ask = useCallback(() => {
    get<Who>("/session")
      .then(enter)
      .catch((failure: Problem) => {
        if (failure.status === 401) {
          leave(failure.code === "session_over" ? failure : null);
        } else {
          setProblem(failure);
          setState("away");
        }
      });
  }, [enter, leave]);

  useEffect(() => {
    const { path } = route;
    if (path[0] === "sign-in" && path[1]) {
      const secret = path[1];
      replace(["start"]); // The secret leaves the address, and with it the history.
      signIn(secret)
        .then(enter)
        .catch((failure: Problem) => get<Who>("/session").then(enter, () => leave(failure))); // A link that was used before: perhaps by this very browser.
    } else {
      ask();
    }
    return onSignedOut(() => leave());
    // Once: what comes later in the address is a view.
    // eslint-disable-next-line
  }, []);

  if (state === "asking") {
    return null;
  }

  if (state === "away" && problem) {
    return (
      <main className="signin">
        <div className="card">
          <Trouble problem={problem} retry={ask} />
        </div>
      </main>
    );
  }

  return who ? (
    <Signed value={who}>
      <Frame signOut={() => void send("DELETE", "/session").finally(() => leave())} />
    </Signed>
  ) : (
    <SignIn problem={problem} enter={enter} />
  );
}

export async function signIn(secret: string): Promise<Who> {
  return (await send<Who>("POST", "/session", { headers: { authorization: `Bearer ${secret}` } })).value;
}
