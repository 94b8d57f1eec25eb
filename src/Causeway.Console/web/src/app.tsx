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
    } else if (path[0] === "refused" && path[1]) {
      const refused = path[1];
      replace([]);
      get<Who>("/session").then(enter, () => leave(refusal(refused)));
    } else {
      ask();
    }
    return onSignedOut(() => leave());
    // Once: what comes later in the address is a view.
    // eslint-disable-next-line
  }, []);

  useEffect(() => {
    if (state !== "away") {
      return;
    }
    const again = setInterval(ask, 3_000);
    return () => clearInterval(again);
  }, [state, ask]);

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

const refusals: Record<string, string> = {
  sign_in_lost: "It took longer than ten minutes, was begun in another browser or tab, or had ended already. Begin again.",
  sign_in_denied: "The issuer did not let you in, or you declined.",
  sign_in_issuer: "The answer came from another issuer than the one that was asked.",
  issuer_unavailable: "The issuer does not answer, or not as it should. Whoever runs this server sees why in its log; tokens work meanwhile.",
};

/** Why the way back from an issuer's page ended here; the address has a code and no text, which anybody could have written. */
function refusal(code: string): Problem {
  return new Problem(403, /^[a-z_]{1,40}$/.test(code) ? code : "sign_in_refused", "The sign-in was refused", refusals[code] ?? "What the issuer said was not taken. Whoever runs this server sees why in its log.");
}

export async function signIn(secret: string): Promise<Who> {
  return (await send<Who>("POST", "/session", { headers: { authorization: `Bearer ${secret}` } })).value;
}
