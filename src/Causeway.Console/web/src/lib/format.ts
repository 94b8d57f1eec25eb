const nano = 1_000_000_000;

/** Nano-dollars for people: never exponents, and small amounts keep two digits that say something. */
export function money(nanoUsd: number | null | undefined): string {
  if (nanoUsd === null || nanoUsd === undefined) {
    return "unpriced";
  }
  const usd = Math.abs(nanoUsd) / nano;
  const sign = nanoUsd < 0 ? "−" : "";
  if (usd === 0) {
    return "$0";
  }
  if (usd >= 1000) {
    return `${sign}$${Math.round(usd).toLocaleString("en-US")}`;
  }
  if (usd >= 1) {
    return `${sign}$${usd.toFixed(2)}`;
  }
  const digits = Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(usd))));
  return `${sign}$${usd.toFixed(digits)}`;
}

/** Dollars as a text or a number, as money; null: whoever billed did not tell. Exact to the nano-dollar. */
export function dollars(usd: string | number | null | undefined): string {
  return usd === null || usd === undefined ? "not told" : money(Math.round(Number(usd) * nano));
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** 1,234 · 12.3 k · 1.23 M */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) {
    return count(value);
  }
  for (const [unit, name] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (size >= unit) {
      const scaled = value / unit;
      return `${Math.abs(scaled) >= 100 ? Math.round(scaled) : scaled.toPrecision(3)} ${name}`;
    }
  }
  return count(value);
}

export function percent(part: number, whole: number): string {
  if (whole === 0) {
    return "–";
  }
  const share = (part / whole) * 100;
  const size = Math.abs(share);
  if (share === 0 || size === 100) {
    return `${share} %`;
  }
  // Nearly nothing is not nothing, and nearly all is not all.
  return size < 0.1 ? "<0.1 %" : size > 99.9 && size < 100 ? ">99.9 %" : `${share.toFixed(size < 10 || (size > 99 && size < 100) ? 1 : 0)} %`;
}

/** A share from 0 to 1; null: there is nothing that it could be a share of. */
export function ratio(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : percent(share, 1);
}

export function change(now: number, before: number): string {
  if (before === 0) {
    return now === 0 ? "no change" : "new";
  }
  const share = ((now - before) / before) * 100;
  return `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(share) >= 1000 ? ">999" : Math.abs(share).toFixed(Math.abs(share) < 10 ? 1 : 0)} %`;
}

/** A time that may be shorter than a millisecond. */
export function instant(ms: number): string {
  return ms < 1 ? `${Math.round(ms * 1000)} µs` : span(ms);
}

export function span(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) {
    return "–";
  }
  if (ms < 1000) {
    return `${ms > 0 && ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  }
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  }
  const minutes = seconds / 60;
  if (minutes < 60) {
    return `${Math.round(minutes)} min`;
  }
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

export function ago(moment: string | number | Date, now: number = Date.now()): string {
  const passed = now - new Date(moment).getTime();
  if (passed < 0) {
    return `in ${span(-passed)}`;
  }
  if (passed < 5_000) {
    return "just now";
  }
  return passed < 60_000 ? `${Math.floor(passed / 1000)} s ago` : `${span(passed)} ago`;
}

export function clock(moment: string | number | Date): string {
  return new Date(moment).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

/** An hour and a minute. */
export function minute(at: string | number | Date): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
}

export function day(moment: string | number | Date): string {
  return new Date(moment).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}

/** A day and a time of it. */
export function moment(at: string | number | Date): string {
  return new Date(at).toLocaleString(undefined, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
}

export function utc(moment: string | number | Date): string {
  return `${new Date(moment).toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

/** An id in a table: its beginning and its end. */
export function shorten(id: string): string {
  return id.length <= 18 ? id : `${id.slice(0, 10)}…${id.slice(-4)}`;
}

/** limit_spent → limit spent */
export function words(code: string): string {
  return code.replaceAll("_", " ");
}

export function sentence(code: string): string {
  return capital(words(code));
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The last days, the oldest first and today the last, as they are written in UTC. */
export function lastDays(days: number): string[] {
  return Array.from({ length: days }, (_, i) => new Date(Date.now() - (days - 1 - i) * 86_400_000).toISOString().slice(0, 10));
}

/** A difference in money: with its sign. */
export function signed(nanoUsd: number): string {
  return nanoUsd > 0 ? `+${money(nanoUsd)}` : money(nanoUsd);
}

export function plural(many: number, one: string, more = `${one}s`): string {
  return `${count(many)} ${many === 1 ? one : more}`;
}
