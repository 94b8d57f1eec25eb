import { useState, type ReactNode } from "react";
import { get, post } from "../api/client";
import type { Of, Release } from "../api/types";
import { useLoad } from "../lib/load";
import { useAsked } from "../lib/may";
import { setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Code, Empty, Facts, Id, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Choice, Field, Tick } from "../ui/fields";
import { Drawer } from "../ui/layers";
import { Head, Pager } from "../ui/page";
import { Table } from "../ui/table";

/** Immutable bundles: pins in order, prompt, parameters, contract. */
export function Releases({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const isNew = useAsked("new", "create_release");
  const opened = query.get("open");
  const cursor = query.get("cursor");
  const loaded = useLoad(`releases ${cursor}`, (signal) => get<Of<"ReleasePage">>("/releases", { limit: 100, cursor }, signal));
  return (
    <>
      <Head
        title="Releases"
        says="What answers, with which prompt and parameters. A release never changes: another content is another release."
        acts={
          <Allowed to="create_release">
            <Button look="main" onClick={() => setQuery({ new: "1" })}>
              New release
            </Button>
          </Allowed>
        }
        behind={{ cli: "causeway release list", path: "/releases", query: { limit: 100 } }}
      />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {loaded.value &&
        (loaded.value.releases.length === 0 ? (
          <div className="card">
            <Empty title="There is no release yet">
              <p>Name a model, or several in order of preference: the first that can answers.</p>
              <Code label="the command" text="causeway release new --pin openai/gpt-5.5 --pin anthropic/claude-opus-5-5 --prompt prompt.txt" />
            </Empty>
          </div>
        ) : (
          <Table<Release>
            label="Releases"
            rows={loaded.value.releases}
            id={(release) => release.id}
            open={(release) => setQuery({ open: release.id })}
            opened={opened}
            columns={[
              { name: "Release", cell: (release) => <Id id={release.id} /> },
              { name: "Label", cell: (release) => release.label },
              { name: "Pins, in order", cell: (release) => <span className="break">{release.pins.map((pin) => pin.pin).join(" → ")}</span> },
              { name: "Prompt", optional: true, cell: (release) => (release.prompt ? `${release.prompt.length} characters` : <span className="quiet">none</span>) },
              { name: "Contract", optional: true, cell: (release) => release.contract },
              { name: "Made", cell: (release) => <Time at={release.created_at} /> },
            ]}
          />
        ))}
      <Pager name="cursor" older={loaded.value?.next} />
      {opened && <ReleaseDrawer id={opened} other={query.get("with")} all={loaded.value?.releases ?? []} close={() => setQuery({ open: null, with: null })} />}
      {isNew && <NewRelease close={() => setQuery({ new: null })} done={(release) => (loaded.reload(), setQuery({ new: null, open: release.id }))} />}
    </>
  );
}

function ReleaseDrawer({ id, other, all, close }: { id: string; other: string | null; all: Release[]; close: () => void }) {
  const loaded = useLoad(`release ${id}`, (signal) => get<Release>(`/releases/${encodeURIComponent(id)}`, {}, signal));
  const diff = useLoad(other && `diff ${other} ${id}`, (signal) => get<Of<"ReleaseDifferences">>(`/releases/${encodeURIComponent(other!)}/diff/${encodeURIComponent(id)}`, {}, signal));
  const release = loaded.value;
  return (
    <Drawer title={release?.label ?? <code>{id.slice(0, 20)}…</code>} close={close}>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {release && (
        <>
          <section className="stack tight">
            <h3>Pins, in order of preference</h3>
            <ol className="numbered">
              {release.pins.map((pin) => (
                <li key={pin.pin}>
                  {pin.pin} <Tag tone={pin.class === "snapshot" ? "good" : "soon"}>{String(pin.class)}</Tag>
                  {pin.warning && <span className="small soon"> {pin.warning}</span>}
                </li>
              ))}
            </ol>
          </section>
          <Facts
            facts={[
              ["Id", <Id id={release.id} whole />],
              ["Contract", release.contract],
              ["Made", <Time at={release.created_at} />],
            ]}
          />
          {release.prompt && (
            <section className="stack tight">
              <h3>Prompt</h3>
              <Code text={release.prompt} label="the prompt" />
            </section>
          )}
          {Object.keys(release.parameters as object).length > 0 && (
            <section className="stack tight">
              <h3>Parameters</h3>
              <Code text={JSON.stringify(release.parameters, null, 2)} label="the parameters" />
            </section>
          )}
          <section className="stack tight">
            <h3>Compare</h3>
            <Choice label="Compare with" value={other ?? ""} options={[["", "with…"], ...all.filter((one) => one.id !== id).map(asChoice)]} set={(value) => setQuery({ with: value })} />
            {diff.problem && <Trouble problem={diff.problem} />}
            {diff.value &&
              (diff.value.differences.length === 0 ? (
                <p className="quiet">They have the same content.</p>
              ) : (
                <div className="diff">
                  {diff.value.differences.map((one) => (
                    <div key={one.field} className="whole">
                      <div className="name">{one.field}</div>
                      <div className="was">{one.left ?? "–"}</div>
                      <div className="is">{one.right ?? "–"}</div>
                    </div>
                  ))}
                </div>
              ))}
          </section>
        </>
      )}
    </Drawer>
  );
}

/** A release to choose: by its label, and what it answers with. */
export function asChoice(one: Release): [string, string] {
  return [one.id, `${one.label ?? one.id.slice(0, 16)} · ${one.pins.map((pin) => pin.pin).join(", ")}`];
}

function NewRelease({ close, done }: { close: () => void; done: (release: Release) => void }) {
  const models = useLoad("models", (signal) => get<Of<"ServedModelList">>("/models", {}, signal));
  const contracts = useLoad("contracts", (signal) => get<Of<"ContractList">>("/contracts", {}, signal));
  const [pins, setPins] = useState<string[]>([]);
  const [prompt, setPrompt] = useState("");
  const [label, setLabel] = useState("");
  const [contract, setContract] = useState("");
  const [alias, setAlias] = useState(false);
  const names = (models.value?.models ?? []).map((model) => `${model.provider}/${model.model}`);
  return (
    <Confirm
      title="New release"
      verb="Make release"
      ready={pins.length !== 0}
      act={() => post<Release>("/releases", { pins, prompt: prompt || null, label: label || null, contract: contract || null, allow_alias: alias })}
      done={done}
      close={close}
    >
      <Field label="Add a model, the best first">
        <input
          className="input"
          data-first
          list="pins"
          placeholder="provider/model"
          onChange={(event) => {
            const name = event.target.value;
            if (names.includes(name) && !pins.includes(name)) {
              setPins([...pins, name]);
              event.target.value = "";
            }
          }}
        />
      </Field>
      <datalist id="pins">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {pins.length > 0 && (
        <ol className="numbered">
          {pins.map((pin) => (
            <li key={pin}>
              <span className="line">
                {pin}
                <Button look="plain" icon="close" aria-label={`Take ${pin} away`} onClick={() => setPins(pins.filter((one) => one !== pin))} />
              </span>
            </li>
          ))}
        </ol>
      )}
      <Field label="Prompt">
        <textarea className="input" rows={4} value={prompt} onChange={(event) => setPrompt(event.target.value)} />
      </Field>
      <div className="three">
        <Field label="Label">
          <input className="input" value={label} onChange={(event) => setLabel(event.target.value)} />
        </Field>
        <Field label="Contract">
          <Choice value={contract} options={[["", "none"], ...(contracts.value?.contracts ?? []).map((one) => one.name)]} set={setContract} />
        </Field>
      </div>
      <Tick on={alias} set={setAlias}>
        Allow an alias, whose weights the provider may change
      </Tick>
      {models.value?.models.length === 0 && <Notice tone="soon" title="No model is served">Add a provider to the configuration.</Notice>}
    </Confirm>
  );
}
