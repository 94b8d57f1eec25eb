import { address, get } from "../api/client";
import type { Of } from "../api/types";
import { count, plural, words } from "../lib/format";
import { useLoad } from "../lib/load";
import { useOpen } from "../lib/route";
import { Button, Card, Money, Tag, Time, Trouble } from "../ui/basics";
import { Table } from "../ui/table";

type Page = Of<"BlastPage">;

/** Exactly which answers a release gave. */
export function Blast({ name, release }: { name: string; release: string | null }) {
  const [shown, setShown] = useOpen("blast");
  const asked = shown !== null;
  if (!release) {
    return null;
  }
  return (
    <Card
      title="Blast report: which answers it gave"
      acts={
        <>
          {!asked && <Button onClick={() => setShown("1")}>Show</Button>}
          <a className="button" href={address(`/channels/${name}/blast`, { release, since: "7d" }).href} target="_blank" rel="noreferrer">
            JSON
          </a>
        </>
      }
      flush={asked}
    >
      {asked ? <Rows name={name} release={release} /> : <p className="quiet">Requests that {release.slice(0, 16)}… was to answer in the last 7 days, with what each caller got.</p>}
    </Card>
  );
}

function Rows({ name, release }: { name: string; release: string }) {
  const loaded = useLoad(`blast ${name} ${release}`, (signal) => get<Page>(`/channels/${encodeURIComponent(name)}/blast`, { release, since: "7d" }, signal));
  const rows = loaded.value?.rows ?? [];
  const gave = rows.filter((row) => row.exposure !== "none").length;
  return (
    <>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.value && (
        <>
          <p className="pad">
            {plural(rows.length, "request")}
            {loaded.value.next && " at least"}, of which {count(gave)} got something of it. All of them, with a manifest: <code>causeway blast {name} --out incident</code>
          </p>
          <Table
            label="Blast report"
            rows={rows}
            most={200}
            id={(row) => row.request}
            open={(row) => (window.location.hash = `#/requests?open=${row.request}`)}
            columns={[
              { name: "When", cell: (row) => <Time at={row.at} /> },
              { name: "Got", cell: (row) => <Tag tone={row.exposure === "direct" ? "bad" : row.exposure === "partial" ? "soon" : ""}>{row.exposure === "none" ? "nothing" : words(String(row.exposure))}</Tag> },
              { name: "Who", cell: (row) => `${row.team} / ${row.feature} / ${row.env}` },
              { name: "Why it", optional: true, cell: (row) => row.rule },
              { name: "Answered by", optional: true, cell: (row) => row.provider && `${row.provider}/${row.model}` },
              { name: "Output", number: true, cell: (row) => count(row.output_tokens) },
              { name: "Cost", optional: true, number: true, cell: (row) => <Money nano={row.cost_nano_usd} /> },
            ]}
          />
        </>
      )}
    </>
  );
}

