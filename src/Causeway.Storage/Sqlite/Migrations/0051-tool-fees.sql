-- Uses of tools that the provider ran itself and bills by the use, and what they cost, which is a part of the cost: null where there were none, the fee alone where one of them has none that is known.
ALTER TABLE usage ADD COLUMN tool_uses INTEGER;
ALTER TABLE usage ADD COLUMN tool_fee_nano_usd INTEGER;
