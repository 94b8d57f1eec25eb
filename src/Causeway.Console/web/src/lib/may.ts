import { createContext, useContext } from "react";
import type { Of } from "../api/types";
import { useRoute } from "./route";

export type Who = Of<"SessionView">;

/** Who is signed in. The server says what they may call; the pages offer nothing else, and the server refuses it anyway. */
export const Signed = createContext<Who | null>(null);

export function useWho(): Who {
  const who = useContext(Signed);
  if (!who) {
    throw new Error("Nobody is signed in.");
  }
  return who;
}

/** Whether an endpoint that changes something may be called, by its name in the OpenAPI document. */
export function useMay(): (endpoint: string) => boolean {
  const { may } = useWho();
  return (endpoint) => may.includes(endpoint);
}

/** What the address asks to be done, under a name, where whoever reads it may do it; null otherwise. */
export function useAsked(name: string, endpoint: string): string | null {
  const { query } = useRoute();
  return useMay()(endpoint) ? query.get(name) : null;
}
