-- The newest rollback that an instance has applied: its routing revision, and how many streams and other requests of it drain, were sent anew, and were cut. Null: none.
ALTER TABLE instances ADD COLUMN met bigint[];
