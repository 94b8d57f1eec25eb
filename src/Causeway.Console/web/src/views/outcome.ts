import type { Tone } from "../ui/basics";

/** How a request ended, as a colour beside the word. */
export const outcomeTone: Record<string, Tone> = { completed: "good", denied: "soon", failed: "bad", interrupted: "bad", client_gone: "" };
