import { useEffect, useId, useRef, type ReactNode, type RefObject } from "react";
import { Button } from "./basics";

const focusable = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex='-1'])";

// Layers from the bottom up: Escape closes the topmost alone.
const open: object[] = [];

function useLayer(box: RefObject<HTMLElement | null>, close: () => void, modal: boolean) {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    const me = {};
    open.push(me);
    const before = document.activeElement as HTMLElement | null;
    if (!box.current?.contains(before)) {
      (box.current?.querySelector<HTMLElement>("[autofocus], [data-first]") ?? box.current)?.focus();
    }
    const hear = (event: KeyboardEvent) => {
      if (open.at(-1) !== me) {
        return;
      }
      if (event.key === "Escape") {
        event.preventDefault();
        latest.current();
      } else if (event.key === "Tab" && modal && box.current) {
        const all = [...box.current.querySelectorAll<HTMLElement>(focusable)];
        const [first, last] = [all[0], all.at(-1)];
        if (event.shiftKey && (document.activeElement === first || document.activeElement === box.current)) {
          event.preventDefault();
          last?.focus();
        } else if (!event.shiftKey && document.activeElement === last) {
          event.preventDefault();
          first?.focus();
        }
      }
    };
    document.addEventListener("keydown", hear);
    return () => {
      open.splice(open.indexOf(me), 1);
      document.removeEventListener("keydown", hear);
      before?.focus();
    };
  }, [box, modal]);
}

export function isLayered(): boolean {
  return open.length > 0;
}

/** Detail beside the list that it belongs to. */
export function Drawer({ title, acts, close, children }: { title: ReactNode; acts?: ReactNode; close: () => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const name = useId();
  useLayer(box, close, false);
  return (
    <div className="drawer" role="dialog" aria-labelledby={name} tabIndex={-1} ref={box}>
      <header>
        <h2 id={name} className="cut">
          {title}
        </h2>
        {acts}
        <Button look="plain" icon="close" aria-label="Close" title="Close (Esc)" onClick={close} />
      </header>
      <div className="body">{children}</div>
    </div>
  );
}

export function Dialog({ title, close, children, acts, submit }: { title: ReactNode; close: () => void; children: ReactNode; acts: ReactNode; submit?: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const name = useId();
  useLayer(box, close, true);
  return (
    <>
      <div className="shade" onClick={close} />
      <div className="dialog" role="dialog" aria-modal="true" aria-labelledby={name} tabIndex={-1} ref={box}>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            submit?.();
          }}
        >
          <h2 id={name}>{title}</h2>
          {children}
          <div className="acts">{acts}</div>
        </form>
      </div>
    </>
  );
}

export function Palette({ label, close, children }: { label: string; close: () => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayer(box, close, true);
  return (
    <>
      <div className="shade" onClick={close} />
      <div className="palette" role="dialog" aria-modal="true" aria-label={label} tabIndex={-1} ref={box}>
        {children}
      </div>
    </>
  );
}
