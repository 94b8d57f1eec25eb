import { useState } from "react";
import { dropView, saveView, useSavedViews } from "../lib/views";
import { Button, Copy } from "./basics";
import { Dialog } from "./layers";
import { Field } from "./fields";

/** What is on screen under a name: to come back to, or to send to somebody. */
export function SavedViews({ place }: { place: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Views</Button>
      {open && <ViewsDialog place={place} close={() => setOpen(false)} />}
    </>
  );
}

function ViewsDialog({ place, close }: { place: string; close: () => void }) {
  const views = useSavedViews().filter((one) => one.hash.replace(/^#\/?/, "").split(/[/?]/)[0] === place);
  const [name, setName] = useState("");
  const hash = window.location.hash || `#/${place}`;
  return (
    <Dialog
      title="Views"
      close={close}
      submit={() => {
        saveView({ name: name.trim(), hash });
        setName("");
      }}
      acts={
        <>
          <Copy text={window.location.href}>Copy the link to this view</Copy>
          <Button onClick={close}>Close</Button>
          <Button look="main" type="submit" disabled={name.trim() === ""}>
            Save this view
          </Button>
        </>
      }
    >
      {views.length === 0 ? (
        <p className="quiet">None is saved here yet. A view is the page with its filters; views are kept in this browser, and a link shows the same to whoever may see it.</p>
      ) : (
        <ul className="stack tight" aria-label="Saved views">
          {views.map((one) => (
            <li key={one.name} className="line spread">
              <a href={one.hash} onClick={close} className="break">
                {one.name}
              </a>
              <Button look="plain" icon="close" aria-label={`Forget ${one.name}`} onClick={() => dropView(one.name)} />
            </li>
          ))}
        </ul>
      )}
      <Field label="Name of what is on screen">
        <input className="input" data-first maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
    </Dialog>
  );
}
