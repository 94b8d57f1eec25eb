-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE instances SET met = '{3,1,2,0,4}';
