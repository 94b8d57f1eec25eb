import type { TimelineEntry } from "../api/types";
import { sentence } from "../lib/format";
import { href } from "../lib/route";
import { Tag, type Tone } from "../ui/basics";

const tones: Record<string, Tone> = { rolled_back: "bad", guard_crossed: "bad", aborted: "bad", held: "soon", paused: "soon", finalized: "good", quarantine_lifted: "good" };

/** An entry as a plain sentence, with who and where. */
export function happened(entry: TimelineEntry) {
  const kind = String(entry.kind);
  return (
    <span className="line">
      <Tag tone={tones[kind] ?? ""}>{sentence(kind)}</Tag>
      {entry.channel && <a href={href(["channels", "of", entry.channel])}>{entry.channel}</a>}
      <span className="break" title={entry.detail}>
        {brief(entry.detail)}
      </span>
      <span className="quiet">
        by {entry.actor}
        {entry.reason && !entry.detail.includes(entry.reason) && `: ${entry.reason}`}
      </span>
    </span>
  );
}

/** Ids in a sentence are cut to their beginnings; the whole sentence is a hover away. */
export function brief(text: string): string {
  return text.replace(/\b(rel_[0-9a-f]{12})[0-9a-f]{20,}/g, "$1…").replace(/\b(rollout_[0-9a-f]{8})[0-9a-f]{16,}/g, "$1…");
}
