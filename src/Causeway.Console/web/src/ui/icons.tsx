import type { ReactNode } from "react";

const shapes: Record<string, ReactNode> = {
  start: <path d="M5 3v18l15-9z" />,
  overview: <path d="M4 13h6V4H4zm10 7h6V4h-6zM4 20h6v-4H4z" />,
  requests: <path d="M4 6h16M4 12h16M4 18h10" />,
  spend: <path d="M5 20V10m5 10V4m5 16v-7m5 7V8" />,
  grants: <path d="M12 4v5m0 0H6v4m6-4h6v4M4 13h4v5H4zm6 0h4v5h-4zm6 0h4v5h-4z" />,
  inbox: <path d="M4 13 6.5 5h11L20 13v6H4zm0 0h5a3 3 0 0 0 6 0h5" />,
  channels: <path d="M4 7h9a4 4 0 0 1 4 4v6m0 0-3-3m3 3 3-3M4 7l3-3M4 7l3 3" />,
  contracts: <path d="M7 3h8l4 4v14H7zM15 3v5h4M10 13l2 2 3-4" />,
  shadow: <path d="M12 4a8 8 0 1 0 8 8M12 4v8h8M15 3.5A8 8 0 0 1 20.5 9H15z" />,
  settings: <path d="M4 7h10m4 0h2M4 17h4m4 0h8M16 5v4M10 15v4" />,
  search: <path d="M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14zm5-2 4 4" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  copy: <path d="M9 9h11v11H9zM15 9V4H4v11h5" />,
  check: <path d="m5 12 5 5L20 7" />,
  right: <path d="m9 6 6 6-6 6" />,
  down: <path d="m6 9 6 6 6-6" />,
  back: <path d="M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3" />,
  terminal: <path d="m5 7 5 5-5 5m8 0h6" />,
  sun: <path d="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4m0-12.8L17 7M7 17l-1.4 1.4" />,
  out: <path d="M14 4h5v16h-5M4 12h11m-4-4 4 4-4 4" />,
};

export function Icon({ name, size = 16 }: { name: string; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {shapes[name]}
    </svg>
  );
}
