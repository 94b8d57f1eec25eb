import { useEffect, useState } from "react";
import { address, get, Problem, root } from "../api/client";
import type { Of } from "../api/types";
import type { Who } from "../lib/may";
import { Button, Trouble } from "../ui/basics";
import { Field } from "../ui/fields";
import { signIn } from "../app";

export function SignIn({ problem, enter }: { problem: Problem | null; enter: (who: Who) => void }) {
  const [token, setToken] = useState("");
  const [refused, setRefused] = useState<Problem | null>(problem);
  const [busy, setBusy] = useState(false);
  const [issuers, setIssuers] = useState<Of<"IdentityIssuerView">[]>([]);
  useEffect(() => {
    get<Of<"IdentityView">>("/identity").then(
      (identity) => setIssuers(identity.issuers),
      () => setIssuers([]), // The token's way is there whatever happens.
    );
  }, []);
  return (
    <main className="signin">
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          signIn(token.trim())
            .then(enter)
            .catch((failure: Problem) => setRefused(failure))
            .finally(() => setBusy(false));
        }}
      >
        <div className="line">
          <img src="./icon.svg" alt="" width="28" height="28" />
          <h1>Sign in to Causeway</h1>
        </div>
        {issuers.map((issuer) => (
          <a key={issuer.name} className="button main large" href={address("/identity/authorize", { issuer: issuer.name, base: root.href }).href}>
            Continue with {issuer.name}
          </a>
        ))}
        {issuers.length > 0 && <p className="small quiet">Or by a token:</p>}
        <Field
          label="Administrator's or operator's token"
          hint={
            <>
              Printed by <code>causeway up</code> at its first start, or <code>admin.token</code> of the configuration. A key for inference signs in too, and sees what is its own.
            </>
          }
        >
          <input className="input" type="password" name="token" autoComplete="current-password" required autoFocus={issuers.length === 0} value={token} onChange={(event) => setToken(event.target.value)} style={{ height: 38 }} />
        </Field>
        <Button look={issuers.length > 0 ? "" : "main"} large type="submit" disabled={busy || token.trim() === ""}>
          Sign in
        </Button>
        {refused && <Trouble problem={refused} />}
        <p className="small quiet">
          It goes to this server once and is not kept in the browser. A session lasts 12 hours. Lost the token? <code>causeway up --reset-admin-token</code>
        </p>
      </form>
    </main>
  );
}
