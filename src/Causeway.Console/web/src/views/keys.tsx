import { type ReactNode } from "react";
import { get, send } from "../api/client";
import type { Of } from "../api/types";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked, useMay } from "../lib/may";
import { href, setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Empty, Id, Name, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Choice } from "../ui/fields";
import { Head, Pager } from "../ui/page";
import { Table } from "../ui/table";

type Key = Of<"KeyView">;

/** The keys that teams call with. */
export function Keys({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const may = useMay();
  const asked = { team: query.get("team"), env: query.get("env"), state: query.get("state") ?? "active", cursor: query.get("cursor"), limit: 200 };
  const loaded = useLoad(`keys ${JSON.stringify(asked)}`, (signal) => get<Of<"KeyPage">>("/keys", asked, signal));
  const revokes = useAsked("revoke", "revoke_key");
  const revoking = loaded.value?.keys.find((one) => one.id === revokes && one.state === "active") ?? null;
  const again = useThrottled(loaded.reload);
  useEvents("decision", (entry) => {
    if (entry.kind.startsWith("key_")) {
      again();
    }
  });
  return (
    <>
      <Head
        title="Keys"
        says="A key speaks for a team, a feature and an environment. Only its digest is kept."
        acts={
          <Allowed to="create_key">
            <a className="button main" href={href(["start"])}>
              Create key
            </a>
          </Allowed>
        }
        behind={{ cli: `causeway key list --state ${asked.state}`, path: "/keys", query: asked }}
      />
      {tabs}
      <div className="filters">
        <Choice label="State" value={asked.state} options={["active", "expired", "revoked", "all"]} set={(value) => setQuery({ state: value, cursor: null })} />
      </div>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={10} />}
      {loaded.value &&
        (loaded.value.keys.length === 0 ? (
          <div className="card">
            <Empty title="There is no such key">
              {may("create_key") && <a href={href(["start"])}>Create one</a>}
            </Empty>
          </div>
        ) : (
          <Table<Key>
            label="Keys"
            rows={loaded.value.keys}
            id={(key) => key.id}
            columns={[
              { name: "Key", cell: (key) => <code>{key.prefix}…</code> },
              { name: "For", cell: (key) => <><Name>{key.team}</Name> / <Name>{key.feature}</Name> / {key.env}</> },
              { name: "State", cell: (key) => <Tag tone={key.state === "active" ? "good" : key.state === "revoked" ? "bad" : ""}>{String(key.state)}</Tag> },
              { name: "Grant", optional: true, cell: (key) => <a href={href(["grants"], { open: key.grant })}>its grant</a> },
              { name: "Made", optional: true, cell: (key) => <Time at={key.created_at} /> },
              { name: "Ends", cell: (key) => (key.revoked_at ? <Time at={key.revoked_at} /> : key.expires_at ? <Time at={key.expires_at} /> : <span className="quiet">never</span>) },
              { name: "Id", optional: true, cell: (key) => <Id id={key.id} /> },
              ...(may("revoke_key") ? [{ name: "", cell: (key: Key) => key.state === "active" && <Button onClick={() => setQuery({ revoke: key.id })} aria-label={`Revoke ${key.prefix}`}>Revoke</Button> }] : []),
            ]}
          />
        ))}
      <Pager name="cursor" older={loaded.value?.next} />
      {revoking && <RevokeDialog of={revoking} close={() => setQuery({ revoke: null })} done={() => (setQuery({ revoke: null }), loaded.reload())} />}
    </>
  );
}

function RevokeDialog({ of, close, done }: { of: Key; close: () => void; done: () => void }) {
  return (
    <Confirm
      title={`Revoke ${of.prefix}…`}
      verb={`Revoke${of.env === "prod" ? " in prod" : ""}`}
      look="danger"
      first
      act={() => send("DELETE", `/keys/${encodeURIComponent(of.id)}`)}
      done={done}
      close={close}
    >
      <p>
        From the next request on {of.team} / {of.feature} / {of.env} is refused with this key, for good. Streams that are open end as they would have.
      </p>
    </Confirm>
  );
}
