import type { ReactNode } from "react";
import { useMay } from "../lib/may";

/** What is offered only to those who may do it. */
export function Allowed({ to, children }: { to: string; children: ReactNode }) {
  return useMay()(to) ? children : null;
}
