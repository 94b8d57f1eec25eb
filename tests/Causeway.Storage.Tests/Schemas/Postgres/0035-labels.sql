-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE keys SET cost_centre = 'CC-4711';
UPDATE usage SET cost_centre = 1, end_user = 'u-1', tags = 'product=checkout,tier=gold';
