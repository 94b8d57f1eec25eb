import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Of } from "../api/types";
import { plural, words } from "../lib/format";
import { useLoad } from "../lib/load";
import { useWho } from "../lib/may";
import { Card, Skeleton, Tag, Trouble } from "../ui/basics";
import { Head } from "../ui/page";
import { Table } from "../ui/table";

type Operator = Of<"OperatorView">;

/** Who may do what? */
export function People({ tabs }: { tabs: ReactNode }) {
  const who = useWho();
  const loaded = useLoad("operators", (signal) => get<Of<"OperatorList">>("/operators", {}, signal));
  const roles = loaded.value?.roles ?? [];
  const endpoints = [...new Set(roles.flatMap((one) => one.may))].sort();
  return (
    <>
      <Head title="People and roles" says="Everybody may look at everything; a role says what one may change. They are given in admin.operators of the configuration." behind={{ cli: "causeway operators", path: "/operators" }} />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={6} />}
      {loaded.value && (
        <>
          <Table<Operator>
            label="Operators"
            rows={loaded.value.operators}
            id={(one) => one.name}
            columns={[
              {
                name: "Name",
                cell: (one) => (
                  <span className="line">
                    <strong>{one.name}</strong>
                    {one.name === who.name && <Tag tone="good">you</Tag>}
                  </span>
                ),
              },
              { name: "Roles", cell: (one) => one.roles?.join(", ") ?? <span className="quiet">none given: may do everything</span> },
            ]}
          />
          <Card title="What each role may change" flush>
            <div className="scroll matrix" role="region" aria-label="What each role may change" tabIndex={0}>
              <table>
                <caption className="sr">What each role may change</caption>
                <thead>
                  <tr>
                    <th scope="col">Endpoint</th>
                    {roles.map((one) => (
                      <th key={one.role} scope="col" title={plural(one.may.length, "endpoint")}>
                        {one.role}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {endpoints.map((endpoint) => (
                    <tr key={endpoint}>
                      <td>{words(endpoint)}</td>
                      {roles.map((one) => (
                        <td key={one.role}>{one.may.includes(endpoint) ? <span className="good" aria-label="yes" role="img">●</span> : <span className="quiet" aria-label="no" role="img">–</span>}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
        </>
      )}
    </>
  );
}
