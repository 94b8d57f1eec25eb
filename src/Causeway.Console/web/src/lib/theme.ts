const place = "causeway.theme";

export type Theme = "system" | "light" | "dark";

export function theme(): Theme {
  const kept = localStorage.getItem(place);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function applyTheme(to: Theme = theme()) {
  if (to === "system") {
    localStorage.removeItem(place);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(place, to);
    document.documentElement.dataset.theme = to;
  }
}

export function nextTheme(): Theme {
  const order: Theme[] = ["system", "light", "dark"];
  return order[(order.indexOf(theme()) + 1) % order.length]!;
}
