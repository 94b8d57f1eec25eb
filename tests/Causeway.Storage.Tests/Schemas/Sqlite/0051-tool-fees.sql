-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE usage SET tool_uses = 3, tool_fee_nano_usd = 30000000;
