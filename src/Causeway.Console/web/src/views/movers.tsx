import type { SpendReport } from "../api/types";
import { change, day, money, plural, signed } from "../lib/format";
import { Card } from "../ui/basics";
import { Table } from "../ui/table";
import { Tile } from "../ui/tiles";
import { named } from "./spending";

type Comparison = NonNullable<SpendReport["previous"]>;
type Mover = Comparison["movers"][number];

/** What changed most against the window before: what is new and what is gone are among it. */
export function Movers({ by, previous, open }: { by: string[]; previous: Comparison; open: (names: string[]) => void }) {
  if (previous.movers.length === 0) {
    return null;
  }
  return (
    <Card title="What changed most" flush>
      <Table
        label="What changed most"
        rows={previous.movers}
        id={(mover) => `mover ${mover.group.join(" / ")}`}
        open={(mover) => open(mover.group)}
        columns={[
          { name: by.map(named).join(", "), cell: (mover: Mover) => <span className="break">{mover.group.map((name) => name || "none").join(" / ")}</span> },
          { name: "Before", number: true, optional: true, cell: (mover: Mover) => <span data-value={mover.previous_nano_usd}>{money(mover.previous_nano_usd)}</span> },
          { name: "Now", number: true, cell: (mover: Mover) => <span data-value={mover.cost_nano_usd}>{money(mover.cost_nano_usd)}</span> },
          { name: "More or less", number: true, cell: (mover: Mover) => <span data-value={mover.change_nano_usd}>{signed(mover.change_nano_usd)}</span> },
          { name: "Change", number: true, optional: true, cell: (mover: Mover) => (mover.requests === 0 ? "gone" : mover.previous_requests === 0 ? "new" : change(mover.cost_nano_usd, mover.previous_nano_usd)) },
        ]}
      />
    </Card>
  );
}

/** What the window will have cost at its end, with the band in which four of five end; or why that cannot be said. */
export function ForecastTile({ forecast, until }: { forecast: NonNullable<SpendReport["forecast"]>; until: string }) {
  const name = "By the end of the window";
  return forecast.missing !== null ? (
    <Tile name={name} figure="–" more={forecast.missing} />
  ) : (
    <Tile
      name={name}
      figure={money(forecast.nano_usd)}
      value={forecast.nano_usd ?? ""}
      id="forecast"
      more={`four times of five ${money(forecast.low_nano_usd)} to ${money(forecast.high_nano_usd)} by ${day(until)}; from the means of ${plural(forecast.days ?? 0, "day")}${forecast.by_weekday ? " by weekday" : ""}`}
    />
  );
}
