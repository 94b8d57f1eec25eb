import { get } from "../api/client";
import type { Of, SpendReport } from "../api/types";
import { useEvents } from "../lib/events";
import { useInbox } from "../lib/inbox";
import { together, useLoad, useThrottled } from "../lib/load";
import { href } from "../lib/route";
import { narrowed, useScope, within } from "../lib/scope";
import { Card, Empty, Skeleton, Time, Trouble } from "../ui/basics";
import { Head } from "../ui/page";
import { Figures } from "./figures";
import { Needs } from "./needs";
import { happened } from "./timeline";

/** Is everything well, and what needs me? */
export function Overview() {
  const scope = useScope();
  const spend = useLoad(`spend ${JSON.stringify(narrowed(scope))}`, (signal) => get<SpendReport>("/spend", { ...narrowed(scope), by: "hour", since: "48h" }, signal));
  const timeline = useLoad("timeline", (signal) => get<Of<"TimelinePage">>("/timeline", { limit: 10 }, signal));
  const grants = useLoad("grants", (signal) => get<Of<"GrantList">>("/grants", { order: "driest", limit: 50 }, signal));
  const channels = useLoad("channels", (signal) => get<Of<"ChannelList">>("/channels", {}, signal));
  const runs = useLoad("runs", (signal) => get<Of<"WatchedRunList">>("/runs", { limit: 100 }, signal));
  const inbox = useInbox();
  const agreements = useLoad("agreements in force", (signal) => get<Of<"AgreementPage">>("/agreements", { state: "in_force", limit: 1000 }, signal));

  useEvents("request", useThrottled(spend.reload, 2_000));
  useEvents("timeline", useThrottled(together(timeline, channels).reload));
  useEvents("decision", useThrottled(together(grants, runs).reload, 2_000));

  const all = together(spend, timeline, grants, channels, runs, inbox, agreements);
  return (
    <>
      <Head title="Overview" says="The last 24 hours, and what needs somebody." acts={<a className="button" href={within(["spend", "explain"], scope)}>Explain the change</a>} behind={{ cli: "causeway spend --by hour --since 48h", path: "/spend", query: { by: "hour", since: "48h" } }} />
      {all.problem && <Trouble problem={all.problem} retry={all.reload} />}
      {spend.value ? <Figures report={spend.value} scope={scope} channels={channels} /> : spend.busy && <Skeleton rows={3} />}
      <div className="columns">
        <Card title="Needs somebody" flush>
          <Needs channels={channels.value?.channels ?? []} grants={grants.value?.grants ?? []} runs={runs.value?.runs ?? []} agreements={agreements.value?.agreements ?? []} inbox={inbox.value} ready={!!grants.value && !!inbox.value} />
        </Card>
        <Card title="What happened to channels" acts={<a href={href(["channels", "timeline"])}>All of it</a>} flush>
          {timeline.value &&
            (timeline.value.entries.length === 0 ? (
              <Empty title="Nothing yet">
                <p>Rollouts, rollbacks and guards that cross are told here.</p>
                <a href={href(["channels"])}>Make a channel</a>
              </Empty>
            ) : (
              <ul className="happened">
                {timeline.value.entries.map((entry) => (
                  <li key={entry.seq}>
                    <span className="quiet">
                      <Time at={entry.at} />
                    </span>
                    <span>{happened(entry)}</span>
                  </li>
                ))}
              </ul>
            ))}
        </Card>
      </div>
    </>
  );
}
