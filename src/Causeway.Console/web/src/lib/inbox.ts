import { createContext, useContext } from "react";
import type { Of } from "../api/types";
import type { Loaded } from "./load";

/** What waits for an approver, read once for the frame and for every view that shows it. Null outside of a frame. */
export const Inboxed = createContext<Loaded<Of<"RaiseInbox">> | null>(null);

export function useInbox(): Loaded<Of<"RaiseInbox">> {
  const inbox = useContext(Inboxed);
  if (!inbox) {
    throw new Error("There is no frame.");
  }
  return inbox;
}
