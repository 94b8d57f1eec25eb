import type { components } from "./schema";

type Schemas = components["schemas"];

export type Of<Name extends keyof Schemas> = Schemas[Name];
export type Usage = Of<"UsageView">;
export type Grant = Of<"GrantView">;
export type Limit = Of<"LimitView">;
export type Channel = Of<"ChannelView">;
export type Release = Of<"ReleaseView">;
export type SpendReport = Of<"SpendReport">;
export type SpendLine = Of<"SpendLine">;
export type Decision = Of<"AuditEntry">;
export type TimelineEntry = Of<"TimelineView">;
