import { useState } from "react";
import { post, Problem } from "../api/client";
import type { Of } from "../api/types";
import { count } from "../lib/format";
import { useMay } from "../lib/may";
import { Button, Code, Notice, Time, Trouble } from "../ui/basics";
import { Reason } from "../ui/fields";

/** What was said and answered, where a rule keeps it. It is shown to whoever may, for a reason, which is on record before anything shows. */
export function PayloadSection({ id, until }: { id: string; until: string }) {
  const may = useMay();
  const [reason, setReason] = useState("");
  const [shown, setShown] = useState<Of<"PayloadView"> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <section className="stack tight" aria-label="Prompt and answer">
      <h3>Prompt and answer</h3>
      <p className="small quiet">
        Kept encrypted; forgotten <Time at={until} />.
      </p>
      {!shown && may("open_payload") && (
        <form
          className="stack tight"
          onSubmit={(event) => {
            event.preventDefault();
            post<Of<"PayloadView">>(`/usage/${encodeURIComponent(id)}/payload`, { reason }).then(setShown, setProblem);
          }}
        >
          <Reason label="Why do you open it? It goes into the audit." value={reason} set={setReason} />
          <div>
            <Button type="submit" disabled={reason.trim() === ""}>
              Show prompt and answer
            </Button>
          </div>
        </form>
      )}
      {!may("open_payload") && <p className="quiet">Your roles do not allow to open it.</p>}
      {problem && <Trouble problem={problem} />}
      {shown && (
        <div className="stack" data-testid="payload">
          {(shown.prompt_cut || shown.answer_cut) && (
            <Notice tone="soon" title="It was longer than is kept.">
              {shown.prompt_cut && `The prompt had ${count(shown.prompt_bytes)} bytes. `}
              {shown.answer_cut && "Of the answer this is the beginning."}
            </Notice>
          )}
          <p className="small quiet">Prompt</p>
          <Code text={pretty(shown.prompt)} label="the prompt" />
          <p className="small quiet">Answer</p>
          <Code text={pretty(shown.answer)} label="the answer" />
        </div>
      )}
    </section>
  );
}

/** JSON is laid out; anything else, such as events of a stream, is as it was. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
